// Verify a webhook of Zhoudao with nothing but Node's own library.
import { createHmac, timingSafeEqual } from "node:crypto";

export function verified(secret, headers, body) {
  const id = headers["webhook-id"], moment = headers["webhook-timestamp"];
  if (Math.abs(Date.now() / 1000 - Number(moment)) > 300) throw new Error("too old");
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${moment}.`).update(body).digest("base64");
  const mine = Buffer.from(`v1,${signature}`);
  const isOurs = headers["webhook-signature"].split(" ").some((one) => {
    const theirs = Buffer.from(one);
    return theirs.length === mine.length && timingSafeEqual(theirs, mine);
  });
  if (!isOurs) throw new Error("not signed with this secret");
  return JSON.parse(body);
}

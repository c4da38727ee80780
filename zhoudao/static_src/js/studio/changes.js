// A list of changes, as the comparison and a save that came too late show it.

export function changeList(changes) {
  return changes.map(({ element, kind, name, what, said, differences }) => {
    const line = document.createElement("li");
    line.dataset.element = element;
    const chip = Object.assign(document.createElement("span"), { className: `chip is-${what}`, textContent: said });
    const words = Object.assign(document.createElement("strong"), { textContent: name });
    const more = Object.assign(document.createElement("span"), { className: "soft small", textContent: kind });
    line.append(chip, " ", words, " ", more);
    for (const { aspect, before, after } of differences) {
      const row = Object.assign(document.createElement("p"), { className: "change-aspect" });
      const old = Object.assign(document.createElement("del"), { textContent: before });
      const now = Object.assign(document.createElement("ins"), { textContent: after });
      row.append(`${aspect}: `, old, " → ", now);
      line.append(row);
    }
    return line;
  });
}

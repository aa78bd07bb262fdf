"""Golden values from scipy 1 and scikit-learn 1: python make.py > values.json"""
import json

import numpy as np
from scipy.stats import truncnorm
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

rng = np.random.default_rng(11)


def parzen(observations, low, high, places):
    width = high - low
    middle = (low + high) / 2
    centers = sorted([*observations, middle])
    prior = centers.index(middle)
    least = width / min(100, len(centers))
    density = np.zeros(len(places))
    for i, center in enumerate(centers):
        left = center - (centers[i - 1] if i > 0 else low)
        right = (centers[i + 1] if i + 1 < len(centers) else high) - center
        deviation = width if i == prior else min(width, max(least, left, right))
        a, b = (low - center) / deviation, (high - center) / deviation
        density += truncnorm.pdf(places, a, b, loc=center, scale=deviation)
    return np.log(density / len(centers)).tolist()


observations = [0.2, 0.21, 1.7, 2.5, -0.9]
places = np.linspace(-1, 3, 9).tolist()
scores = np.round(rng.normal(size=60), 1)
positive = (scores + rng.normal(size=60) > 0.3)
false_positive, true_positive, _ = roc_curve(positive, scores, drop_intermediate=False)
precision, recall, _ = precision_recall_curve(positive, scores)
values = rng.exponential(size=200)
print(json.dumps({
    "parzen": {"observations": observations, "low": -1, "high": 3, "places": places,
               "logDensity": parzen(observations, -1, 3, places)},
    "curves": {"scores": scores.tolist(), "positive": positive.tolist(),
               "rocX": false_positive.tolist(), "rocY": true_positive.tolist(),
               "rocArea": roc_auc_score(positive, scores),
               "recall": recall[::-1].tolist(), "precision": precision[::-1].tolist(),
               "averagePrecision": average_precision_score(positive, scores)},
    "distribution": {"values": values.tolist(), "deviation": float(np.std(values, ddof=1)),
                     "quantiles": np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
                     "edges": np.histogram_bin_edges(values, bins="fd").tolist(),
                     "counts": np.histogram(values, bins="fd")[0].tolist()},
}))

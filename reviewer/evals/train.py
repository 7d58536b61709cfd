"""Train the n-gram voice of the category evidence: ``python -m reviewer.evals.train [--check]``.

Data: names and synonyms of ``taxonomy/indicator_bank`` with their category; rows that overlap an evaluated filing are
left out, and rows under social or environmental cost, whose names are those of benefits. The weights go to
``taxonomy/category_model.csv`` as plain text. Needs the extra ``bench`` (scikit-learn).
"""

import argparse
import csv
from collections.abc import Sequence
from typing import Any

from reviewer.matching import national_bank
from reviewer.matching.model import ngrams
from reviewer.resources import resource
from reviewer.text import clean_name

MIN_NAMES = 4  # an n-gram in fewer names is left out
MIN_WEIGHT = 0.15  # an n-gram whose weights all stay below says nothing
FOLDS = 5


def training_names() -> tuple[list[str], list[str], list[float], list[str]]:
    """Names, categories, sample weights and row ids; the synonyms of one row share its weight."""
    names: list[str] = []
    categories: list[str] = []
    weights: list[float] = []
    rows: list[str] = []
    for entry in national_bank().entries:
        if entry.overlaps or not entry.level2 or "成本" in entry.level2_printed.removeprefix("经济成本"):
            continue
        for name in (entry.name, *entry.synonyms):
            names.append(clean_name(name))
            categories.append(entry.level2)
            weights.append((1 + len(entry.synonyms)) ** -0.5)
            rows.append(entry.id)
    return names, categories, weights, rows


def fit(names: Sequence[str], categories: Sequence[str], weights: Sequence[float]) -> tuple[Any, Any]:
    """The vectoriser and the multinomial logistic regression fitted on the names."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectoriser = CountVectorizer(analyzer=_sorted_ngrams, min_df=MIN_NAMES, binary=True)
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(vectoriser.fit_transform(names), categories, sample_weight=weights)
    return vectoriser, model


def cross_validate() -> float:
    """Share of names given their own category, trained without the row they come from (5 folds by row)."""
    from sklearn.model_selection import GroupKFold

    names, categories, weights, rows = training_names()
    right = 0
    for train, test in GroupKFold(FOLDS).split(names, categories, rows):
        vectoriser, model = fit(*([column[i] for i in train] for column in (names, categories, weights)))
        guessed = model.predict(vectoriser.transform([names[i] for i in test]))
        right += sum(guess == categories[i] for guess, i in zip(guessed, test, strict=True))
    return right / len(names)


def save() -> int:
    """Train on everything and write the weights; returns the number of n-grams kept."""
    names, categories, weights, _ = training_names()
    vectoriser, model = fit(names, categories, weights)
    kept = [
        (gram, column)
        for gram, column in zip(vectoriser.get_feature_names_out(), model.coef_.T, strict=True)
        if abs(column).max() > MIN_WEIGHT
    ]
    with resource("taxonomy", "category_model.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["ngram", *model.classes_])
        writer.writerow(["", *(f"{bias:.2f}" for bias in model.intercept_)])
        writer.writerows([gram, *(f"{weight:.2f}" for weight in column)] for gram, column in sorted(kept, key=_gram))
    return len(kept)


def _sorted_ngrams(name: str) -> list[str]:
    return sorted(ngrams(name))


def _gram(pair: tuple[str, Any]) -> str:
    return pair[0]


def main() -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(description="训练归类判断的字词模型")
    parser.add_argument("--check", action="store_true", help="只做交叉验证，不写权重")
    if parser.parse_args().check:
        print(f"交叉验证（按指标库行分组，{FOLDS}折）正确率 {cross_validate():.3f}")
        return
    print(f"保留 {save()} 个字词，已写入 taxonomy/category_model.csv")


if __name__ == "__main__":
    main()

"""What the figures of privacy are, and what they do and do not show."""

from __future__ import annotations

from censemble.evaluation.comparison.measure import MetricFacts

PLAIN_WORDS = (
    "These figures ask whether the table is nearer to the people it was made from than to other people of the same "
    "population, by attacks that are simple and public. Where they find something, the table leaks: do not publish "
    "it. Where they find nothing, no more is shown than that these attacks failed on average: single people with "
    "rare traits may stand out all the same, and others may know better attacks. They are no guarantee. Differential "
    "privacy is one, and is another thing: a property of the way a table is made, which no look at the table can "
    "show. The training sample among the yardsticks is the bad extreme: a table that consists of the very people."
)

FACTS = (
    MetricFacts(
        "dcr_median",
        "Distance to training records",
        "none",
        "Median over synthetic rows of the distance to the closest record of the training sample (Gower 1971, mean "
        "over attributes, 0 to 1). Alone it says little: compare with the same for the holdout.",
    ),
    MetricFacts(
        "dcr_median_holdout",
        "Distance to holdout records",
        "none",
        "The same for the closest of as many records of the holdout.",
    ),
    MetricFacts(
        "dcr_share_closer_to_train",
        "Closer to training than holdout",
        "half",
        "Share of synthetic rows that are closer to the training sample than to as many records of the holdout, ties "
        "as halves (Platzer and Reutterer 2021). 0.5: no sign of copying; 1: all copied.",
    ),
    MetricFacts(
        "exact_copies",
        "Rows equal to a training record",
        "none",
        "Share of rows that equal a training record in every attribute, numbers included. With few attributes most "
        "rows of any good table do: compare with the fresh sample.",
    ),
    MetricFacts(
        "rare_copies_excess",
        "Rare records given away",
        "lower",
        "Of the combinations of all attributes that one training record alone has, and no record of the holdout, the "
        "share that the table contains, minus the same share with training sample and holdout exchanged. 0: rare "
        "people of the training sample turn up no more often than other rare people; 1: all of them were copied.",
    ),
    MetricFacts(
        "membership_auc",
        "Membership attack",
        "half",
        "AUC of telling training records from holdout records by the distance to the closest synthetic row (Chen and "
        "others 2020). 0.5: guessing; the error is DeLong's.",
    ),
    MetricFacts(
        "attribute_inference",
        "Attribute guessed",
        "lower",
        "Share of training records whose attribute is guessed right from the synthetic rows closest in all other "
        "attributes, minus the same share for holdout records. 0: nothing is learnt about people of the sample beyond "
        "what holds for all.",
    ),
    MetricFacts("attribute_inference_mean", "Attributes guessed, mean", "lower", "Mean over the attributes."),
    MetricFacts(
        "attribute_inference_worst",
        "Attribute guessed, worst",
        "lower",
        "The largest of these differences. The worst of many is above 0 by chance: compare with the floor.",
    ),
)

"""Topics: clusters of works that a model finds, in two languages at once, with numbers that stay."""

from leeszaal.topics.fit import fit_table
from leeszaal.topics.result import TopicModel, pick_topic
from leeszaal.topics.summary import TopicsSummary
from leeszaal.topics.table import fit_file, name_rows, read_works_csv
from leeszaal.topics.verb import load_assignments, load_curve, load_topics, topic_words, topics

__all__ = [
    "TopicModel",
    "TopicsSummary",
    "fit_file",
    "fit_table",
    "load_assignments",
    "load_curve",
    "load_topics",
    "name_rows",
    "pick_topic",
    "read_works_csv",
    "topic_words",
    "topics",
]

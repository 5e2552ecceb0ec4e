"""Topics: clusters of works that a model finds, in two languages at once, with numbers that stay."""

from leeszaal.topics.fit import fit_table
from leeszaal.topics.result import TopicModel, pick_topic
from leeszaal.topics.summary import TopicsSummary
from leeszaal.topics.table import read_works_csv, topics_of_file
from leeszaal.topics.verb import load_assignments, load_curve, load_topics, topic_words, topics

__all__ = [
    "TopicModel",
    "TopicsSummary",
    "fit_table",
    "load_assignments",
    "load_curve",
    "load_topics",
    "pick_topic",
    "read_works_csv",
    "topic_words",
    "topics",
    "topics_of_file",
]

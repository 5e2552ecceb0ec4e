"""The desk: reading a pile by keyboard, two readers on one pile, the reading list, and labels in and out."""

from leeszaal.reading.desk.agreement import AgreementSummary, Kappa, agreement, agreement_frame, cohen_kappa
from leeszaal.reading.desk.labels_in import LabelsInSummary, labels_in
from leeszaal.reading.desk.labels_out import LabelsOutSummary, labels_out
from leeszaal.reading.desk.launch import OpenPile, open_pile
from leeszaal.reading.desk.pile_verb import PileSummary, pile
from leeszaal.reading.desk.readinglist import ReadingListSummary, reading_list, save_reading_list

__all__ = [
    "AgreementSummary",
    "Kappa",
    "LabelsInSummary",
    "LabelsOutSummary",
    "OpenPile",
    "PileSummary",
    "ReadingListSummary",
    "agreement",
    "agreement_frame",
    "cohen_kappa",
    "labels_in",
    "labels_out",
    "open_pile",
    "pile",
    "reading_list",
    "save_reading_list",
]

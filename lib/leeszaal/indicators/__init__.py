"""Figures about the province, beside the literature."""

from leeszaal.indicators.municipalities import REGIONS, Region, load_municipalities, require_region

__all__ = ["REGIONS", "Region", "load_municipalities", "require_region"]

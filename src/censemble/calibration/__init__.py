"""Calibration: what weights the tables imply, and whether they can hold together."""

from censemble.calibration.feasibility import Diagnosis, diagnose
from censemble.calibration.result import Calibration, Status
from censemble.calibration.solver import calibrate

__all__ = ["Calibration", "Diagnosis", "Status", "calibrate", "diagnose"]

"""A believable company to look at: rebuilt around the day it is loaded on."""

from renewals.demo.load import PASSWORD, SomethingElseIsHere, load, unload

__all__ = ["PASSWORD", "SomethingElseIsHere", "load", "unload"]

"""Commands worded by hand for pages of applications that training never sees: is the right element picked?"""

"""Commands worded by hand for pages of applications that no training has seen: does the policy pick the right element?"""

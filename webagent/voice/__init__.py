"""Speech: engines that know the words of the page, sources of sound, and agreement with the policy."""

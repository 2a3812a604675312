"""Quality: judges answers, settles results, measures skills."""

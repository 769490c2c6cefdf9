"""The only door to a terminal. In: arguments, files that the person names, keys. Out: text for people and for scripts.
Every failure is one line that says what is wrong and what to do; a traceback is a defect.
"""

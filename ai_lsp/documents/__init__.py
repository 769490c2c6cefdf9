"""The open documents as the editor holds them. In: the editor's notifications. Out: snapshots, and edits for observers.
Reads nothing from disk: what the editor has not opened does not exist here.
"""

"""Every model service behind one interface: one file a provider, none knows another, none knows the editor."""

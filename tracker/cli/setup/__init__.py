"""Once, or when you travel: init, zone, doctor, remind, completion."""

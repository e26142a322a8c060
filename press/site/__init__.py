"""The site around the bodies: layout, addresses, assets, feeds. This room alone knows smalldocs."""

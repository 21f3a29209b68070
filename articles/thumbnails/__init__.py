"""Pictures of strangers, made small and harmless on our side. No Django here.

``addresses`` says what may be asked, ``wire`` and ``fetching`` bring the bytes, ``making`` draws the thumbnails, ``cache``
keeps them on the disk, and ``workshop`` does all of it in the background.
"""

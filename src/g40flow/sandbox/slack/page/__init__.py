"""What members would see: channels, messages, Home tab and modals as pages that work without scripts."""

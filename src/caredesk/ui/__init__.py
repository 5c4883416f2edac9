"""The look of every page: base page, design tokens, form and list partials, registries."""

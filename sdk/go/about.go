package slipway

import "maps"

// About is what people read of a plugin.
type About struct {
	title, summary, docs string
	icon                 *string
	extra                Object
}

// NewAbout takes a title, and one or two sentences.
func NewAbout(title, summary string) About {
	return About{title: title, summary: summary, extra: Object{}}
}

// Docs is Markdown for the catalogue's page.
func (a About) Docs(markdown string) About {
	a.docs = markdown
	return a
}

// Icon is a picture, as SVG text.
func (a About) Icon(svg string) About {
	a.icon = &svg
	return a
}

// HealthRules say by what objects are judged whose kinds the host does not know: rules as `slipway health --rules` takes
// them, in the order in which they are asked.
func (a About) HealthRules(rules ...Object) About {
	return a.Extra("healthRules", rules)
}

// Extra sets a word of the open side field: categories, links, own kinds.
func (a About) Extra(name string, value any) About {
	a.extra = maps.Clone(a.extra)
	if a.extra == nil {
		a.extra = Object{}
	}
	a.extra[name] = value
	return a
}

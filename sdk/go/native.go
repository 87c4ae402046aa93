//go:build !wasip1

package slipway

// Outside of a component there is nobody to answer.

func (b Blueprint[V]) connect() {}

func (c Control[O]) connect() {}

func (u UpdateChecker[P]) connect() {}

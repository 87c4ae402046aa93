// Package runtime gives the generated bindings the memory that texts and lists cross the border in.
//
// The bindings are generated for go.bytecodealliance.org/pkg, whose newer versions no proxy has; this is what they need of it,
// written anew.
package runtime

import (
	"runtime"
	"unsafe"
)

// Allocate gives memory that stays where it is until the pinner lets go. No type of the contract asks for more than eight
// bytes of alignment, so that all memory is cut from words of eight.
func Allocate(pinner *runtime.Pinner, size, _ uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	words := make([]uint64, (size+7)/8)
	memory := unsafe.Pointer(unsafe.SliceData(words))
	pinner.Pin(memory)
	return memory
}

// What the host has written for the call that is being lifted; the bindings let go of it once Go's own pointers hold it.
var written runtime.Pinner

// Unpin lets go of what the host has written.
func Unpin() {
	written.Unpin()
}

//go:build wasip1

package runtime

import "unsafe"

// Go's runtime calls WASI before it can allocate, and the adapter behind those calls asks for its own memory then.
var (
	early     [32 << 10]uint64
	earlyUsed uintptr
	ready     bool
)

func init() {
	ready = true
}

// The garbage collector reads the clock, and nothing may be called outside while the host writes into our memory: the adapter
// answers with the time that it last knew.
//
//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func pauseClock(paused bool)

// Called by the host for each text and list that it hands in. Nothing ever grows.
//
//go:wasmexport cabi_realloc
func realloc(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	if !ready {
		return allocateEarly(size)
	}
	if old != nil || oldSize != 0 {
		panic("the host asked for memory to grow, which the contract has no need of")
	}
	pauseClock(true)
	memory := Allocate(&written, size, align)
	pauseClock(false)
	return memory
}

func allocateEarly(size uintptr) unsafe.Pointer {
	begin := earlyUsed
	earlyUsed += (size + 7) / 8
	return unsafe.Pointer(&early[begin])
}

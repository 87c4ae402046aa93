;; An update checker whose candidate is what is in use, at the digest that the registry says.
;; Written by hand against slipway 1.0.0 and frozen: records are laid out as the canonical ABI says.
(module
  (@custom "slipway:plugin" "{\"manifest\": 1, \"world\": \"slipway:plugin/update-checker@1.0.0\", \"id\": \"old-checker\", \"version\": \"0.1.0\", \"wants\": {}}")
  (import "slipway:registry/registry@1.0.0" "resolve" (func $resolve (param i32 i32 i32)))
  (memory (export "memory") 1)
  ;; name
  (data (i32.const 1024) "old-checker")
  ;; title
  (data (i32.const 1035) "Old")
  ;; summary
  (data (i32.const 1038) "Made for 1.0.0.")
  ;; version
  (data (i32.const 1053) "0.1.0")
  ;; schema
  (data (i32.const 1058) "{\22type\22: \22object\22}")
  ;; none
  (data (i32.const 1076) "{}")
  ;; docs
  (data (i32.const 1078) "# Old")
  ;; reason
  (data (i32.const 1083) "It says so.")
  ;; description
  (data (i32.const 1096) "\00\04\00\00\0b\00\00\00\0b\04\00\00\03\00\00\00\0e\04\00\00\0f\00\00\00\1d\04\00\00\05\00\00\00\22\04\00\00\12\00\00\00\34\04\00\00\02\00\00\00\36\04\00\00\05\00\00\00\34\04\00\00\02\00\00\00")
  ;; A bump allocator above all that is laid out here; an instance lives for one call.
  (global $top (mut i32) (i32.const 16384))
  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.div_u (local.get $size) (i32.const 65536)) (i32.const 1))))))
    (local.get $at))
  (func (export "slipway:update-checker/update-checker@1.0.0#describe") (result i32) (i32.const 1096))
  (func (export "slipway:update-checker/update-checker@1.0.0#check")
    (param $subject i32) (param i32) (param $current i32) (param $current-length i32) (param i32 i32 i32 i32 i32 i32 i32 i64)
    (result i32)
    ;; The answer of `resolve` at 8192: whether it failed, then the text.
    (call $resolve (local.get $current) (local.get $current-length) (i32.const 8192))
    (if (i32.load8_u (i32.const 8192)) (then unreachable))
    ;; ok, some candidate: reference, digest, reason, no changelog.
    (i32.store (i32.const 8256) (i32.const 0))
    (i32.store (i32.const 8260) (i32.const 1))
    (i32.store (i32.const 8264) (local.get $current))
    (i32.store (i32.const 8268) (local.get $current-length))
    (i32.store (i32.const 8272) (i32.load (i32.const 8196)))
    (i32.store (i32.const 8276) (i32.load (i32.const 8200)))
    (i32.store (i32.const 8280) (i32.const 1083))
    (i32.store (i32.const 8284) (i32.const 11))
    (i32.store (i32.const 8288) (i32.const 0))
    (i32.const 8256))
)

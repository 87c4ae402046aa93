;; A control plugin that is done at once, with nothing applied and one note.
;; Written by hand against slipway 1.0.0 and frozen: records are laid out as the canonical ABI says.
(module
  (@custom "slipway:plugin" "{\"manifest\": 1, \"world\": \"slipway:plugin/control@1.0.0\", \"id\": \"old-control\", \"version\": \"0.1.0\", \"wants\": {}}")
  (memory (export "memory") 1)
  ;; name
  (data (i32.const 1024) "old-control")
  ;; title
  (data (i32.const 1035) "Old")
  ;; summary
  (data (i32.const 1038) "Made for 1.0.0.")
  ;; version
  (data (i32.const 1053) "0.1.0")
  ;; create
  (data (i32.const 1058) "create")
  ;; schema
  (data (i32.const 1064) "{\22type\22: \22object\22}")
  ;; none
  (data (i32.const 1082) "{}")
  ;; docs
  (data (i32.const 1084) "# Old")
  ;; memory
  (data (i32.const 1089) "{\22seen\22: true}")
  ;; note
  (data (i32.const 1103) "A note.")
  ;; operations
  (data (i32.const 1112) "\22\04\00\00\06\00\00\00")
  ;; description
  (data (i32.const 1120) "\00\04\00\00\0b\00\00\00\0b\04\00\00\03\00\00\00\0e\04\00\00\0f\00\00\00\1d\04\00\00\05\00\00\00\58\04\00\00\01\00\00\00\28\04\00\00\12\00\00\00\3a\04\00\00\02\00\00\00\3c\04\00\00\05\00\00\00\3a\04\00\00\02\00\00\00")
  ;; notes
  (data (i32.const 1192) "\4f\04\00\00\07\00\00\00")
  ;; step: ok
  (data (i32.const 1200) "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\41\04\00\00\0e\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\fa\00\00\00\a8\04\00\00\01\00\00\00\00\00\00\00\00\00\00\00")
  ;; A bump allocator above all that is laid out here; an instance lives for one call.
  (global $top (mut i32) (i32.const 16384))
  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.div_u (local.get $size) (i32.const 65536)) (i32.const 1))))))
    (local.get $at))
  (func (export "slipway:control/control@1.0.0#describe") (result i32) (i32.const 1120))
  (func (export "slipway:control/control@1.0.0#step") (param i32) (result i32) (i32.const 1200))
)

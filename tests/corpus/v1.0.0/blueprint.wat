;; A blueprint that makes one config map.
;; Written by hand against slipway 1.0.0 and frozen: records are laid out as the canonical ABI says.
(module
  (@custom "slipway:plugin" "{\"manifest\": 1, \"world\": \"slipway:plugin/blueprint@1.0.0\", \"id\": \"old-blueprint\", \"version\": \"0.1.0\", \"wants\": {\"kinds\": [\"ConfigMap\"]}}")
  (memory (export "memory") 1)
  ;; name
  (data (i32.const 1024) "old-blueprint")
  ;; title
  (data (i32.const 1037) "Old")
  ;; summary
  (data (i32.const 1040) "Made for 1.0.0.")
  ;; version
  (data (i32.const 1055) "0.1.0")
  ;; docs
  (data (i32.const 1060) "# Old")
  ;; schema
  (data (i32.const 1065) "{\22type\22: \22object\22, \22additionalProperties\22: false, \22properties\22: {\22greeting\22: {\22type\22: \22string\22}}}")
  ;; defaults
  (data (i32.const 1162) "{\22greeting\22: \22Hello\22}")
  ;; extra
  (data (i32.const 1183) "{}")
  ;; manifest
  (data (i32.const 1185) "{\22apiVersion\22: \22v1\22, \22kind\22: \22ConfigMap\22, \22metadata\22: {\22name\22: \22web\22}, \22data\22: {\22from\22: \221.0.0\22}}")
  ;; description
  (data (i32.const 1288) "\00\04\00\00\0d\00\00\00\0d\04\00\00\03\00\00\00\10\04\00\00\0f\00\00\00\1f\04\00\00\05\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\24\04\00\00\05\00\00\00\29\04\00\00\61\00\00\00\8a\04\00\00\15\00\00\00\9f\04\00\00\02\00\00\00")
  ;; manifests
  (data (i32.const 1368) "\a1\04\00\00\61\00\00\00")
  ;; rendered: ok, one manifest
  (data (i32.const 1376) "\00\00\00\00\58\05\00\00\01\00\00\00")
  ;; A bump allocator above all that is laid out here; an instance lives for one call.
  (global $top (mut i32) (i32.const 16384))
  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.div_u (local.get $size) (i32.const 65536)) (i32.const 1))))))
    (local.get $at))
  (func (export "slipway:blueprint/blueprint@1.0.0#describe") (result i32) (i32.const 1288))
  (func (export "slipway:blueprint/blueprint@1.0.0#render") (param i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32)
    (i32.const 1376))
)

;; Inner loops that work on the memory of the PDF engine, where its pixels are.
;; `kernels.wasm` is this file assembled; a test assembles it again and compares.
(module
  (import "engine" "memory" (memory 0))

  ;; Adds the black pixels of one bitmap (`height` rows of `width` pixels, one bit each, most significant first) to
  ;; another: a letter to its line. Rows are `fromPitch` and `toPitch` bytes apart; `fromBit` and `toBit` say at
  ;; which pixel of its row each begins.
  (func (export "addPixels")
    (param $from i32) (param $fromPitch i32) (param $fromBit i32)
    (param $to i32) (param $toPitch i32) (param $toBit i32)
    (param $width i32) (param $height i32)
    (local $shift i32) (local $source i32) (local $target i32) (local $left i32) (local $byte i32)
    (local.set $shift (i32.and (local.get $toBit) (i32.const 7)))
    (local.set $to (i32.add (local.get $to) (i32.shr_u (local.get $toBit) (i32.const 3))))
    (local.set $from (i32.add (local.get $from) (i32.shr_u (local.get $fromBit) (i32.const 3))))
    ;; Almost every letter fits into 32 pixels. Reading and writing four bytes must stay inside the rows.
    (if (i32.and
          (i32.and
            (i32.eqz (i32.and (local.get $fromBit) (i32.const 7)))
            (i32.le_s (i32.add (local.get $shift) (local.get $width)) (i32.const 32)))
          (i32.and
            (i32.le_s (i32.add (i32.shr_u (local.get $fromBit) (i32.const 3)) (i32.const 4)) (local.get $fromPitch))
            (i32.le_s (i32.add (i32.shr_u (local.get $toBit) (i32.const 3)) (i32.const 4)) (local.get $toPitch))))
      (then
        (call $addNarrow (local.get $from) (local.get $fromPitch) (local.get $to) (local.get $toPitch)
          (local.get $shift) (local.get $width) (local.get $height))
        (return)))
    (local.set $fromBit (i32.and (local.get $fromBit) (i32.const 7)))
    (block $done
      (loop $row
        (br_if $done (i32.le_s (local.get $height) (i32.const 0)))
        (local.set $source (i32.const 0))
        (local.set $target (local.get $to))
        (local.set $left (local.get $width))
        (block $rowDone
          (loop $byte
            (br_if $rowDone (i32.le_s (local.get $left) (i32.const 0)))
            (if (i32.and (i32.eqz (local.get $fromBit)) (i32.ge_s (local.get $left) (i32.const 8)))
              (then (local.set $byte (i32.load8_u (i32.add (local.get $from) (local.get $source)))))
              (else
                (local.set $byte
                  (call $eightPixels (i32.add (local.get $from) (local.get $source)) (local.get $fromBit)
                    (local.get $left)))))
            (if (local.get $byte)
              (then
                (i32.store8 (local.get $target)
                  (i32.or (i32.load8_u (local.get $target)) (i32.shr_u (local.get $byte) (local.get $shift))))
                ;; The pixels that fall into the next byte. Without any it may lie past the row, and is left alone.
                (local.set $byte
                  (i32.and (i32.shl (local.get $byte) (i32.sub (i32.const 8) (local.get $shift))) (i32.const 255)))
                (if (local.get $byte)
                  (then
                    (i32.store8 offset=1 (local.get $target)
                      (i32.or (i32.load8_u offset=1 (local.get $target)) (local.get $byte)))))))
            (local.set $source (i32.add (local.get $source) (i32.const 1)))
            (local.set $target (i32.add (local.get $target) (i32.const 1)))
            (local.set $left (i32.sub (local.get $left) (i32.const 8)))
            (br $byte)))
        (local.set $from (i32.add (local.get $from) (local.get $fromPitch)))
        (local.set $to (i32.add (local.get $to) (local.get $toPitch)))
        (local.set $height (i32.sub (local.get $height) (i32.const 1)))
        (br $row))))

  ;; `addPixels` for up to 32 pixels from the beginning of a byte to `shift` pixels into one.
  (func $addNarrow
    (param $from i32) (param $fromPitch i32) (param $to i32) (param $toPitch i32)
    (param $shift i32) (param $width i32) (param $height i32)
    (local $mask i32)
    (if (i32.le_s (local.get $width) (i32.const 0)) (then (return)))
    (local.set $mask (i32.shl (i32.const -1) (i32.sub (i32.const 32) (local.get $width))))
    (block $done
      (loop $row
        (br_if $done (i32.le_s (local.get $height) (i32.const 0)))
        (i32.store align=1 (local.get $to)
          (i32.or
            (i32.load align=1 (local.get $to))
            (call $swapBytes
              (i32.shr_u
                (i32.and (call $swapBytes (i32.load align=1 (local.get $from))) (local.get $mask))
                (local.get $shift)))))
        (local.set $from (i32.add (local.get $from) (local.get $fromPitch)))
        (local.set $to (i32.add (local.get $to) (local.get $toPitch)))
        (local.set $height (i32.sub (local.get $height) (i32.const 1)))
        (br $row))))

  ;; A word of memory is little-endian, and the leftmost pixel is in its lowest byte.
  (func $swapBytes (param $word i32) (result i32)
    (i32x4.extract_lane 0
      (i8x16.shuffle 3 2 1 0 0 0 0 0 0 0 0 0 0 0 0 0
        (i32x4.splat (local.get $word)) (i32x4.splat (local.get $word)))))

  ;; The eight pixels from pixel `inside` of a byte on, or the `left` that remain. Reads no byte without such pixels.
  (func $eightPixels (param $row i32) (param $inside i32) (param $left i32) (result i32)
    (local $pixels i32)
    (local.set $pixels (i32.shl (i32.load8_u (local.get $row)) (local.get $inside)))
    (if (i32.and
          (i32.ne (local.get $inside) (i32.const 0))
          (i32.gt_s (i32.add (local.get $inside) (local.get $left)) (i32.const 8)))
      (then
        (local.set $pixels
          (i32.or
            (local.get $pixels)
            (i32.shr_u (i32.load8_u offset=1 (local.get $row)) (i32.sub (i32.const 8) (local.get $inside)))))))
    (if (i32.lt_s (local.get $left) (i32.const 8))
      (then
        (local.set $pixels
          (i32.and (local.get $pixels) (i32.shl (i32.const 255) (i32.sub (i32.const 8) (local.get $left)))))))
    (i32.and (local.get $pixels) (i32.const 255)))

  ;; Paints `width` pixels of a grey row where a one-bit row, from its pixel `maskBit` on, is set. `colour` is the grey
  ;; in bits 0..7 and its opacity in bits 8..15; `cover`, where it is not 0, points to a further opacity a pixel.
  (func (export "paintRow")
    (param $mask i32) (param $maskBit i32) (param $pixels i32) (param $width i32) (param $colour i32) (param $cover i32)
    (local $grey v128) (local $bits i32) (local $black v128)
    (local.set $mask (i32.add (local.get $mask) (i32.shr_u (local.get $maskBit) (i32.const 3))))
    (local.set $maskBit (i32.and (local.get $maskBit) (i32.const 7)))
    (local.set $grey (i8x16.splat (local.get $colour)))
    (block $rest
      (br_if $rest (local.get $cover))
      (br_if $rest (i32.ne (i32.shr_u (local.get $colour) (i32.const 8)) (i32.const 255)))
      (br_if $rest (local.get $maskBit))
      (loop $next
        (br_if $rest (i32.lt_s (local.get $width) (i32.const 16)))
        (block $done
          ;; A line of text is mostly white: 64 pixels of it are passed over at once.
          (if (i32.ge_s (local.get $width) (i32.const 64))
            (then
              (if (i64.eqz (i64.load align=1 (local.get $mask)))
                (then
                  (local.set $mask (i32.add (local.get $mask) (i32.const 8)))
                  (local.set $pixels (i32.add (local.get $pixels) (i32.const 64)))
                  (local.set $width (i32.sub (local.get $width) (i32.const 64)))
                  (br $next)))))
          (local.set $bits (i32.load16_u align=1 (local.get $mask)))
          (br_if $done (i32.eqz (local.get $bits)))
          ;; The first byte in eight lanes and the second in eight more, and of each lane one bit.
          (local.set $black
            (v128.and
              (i8x16.shuffle 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1
                (i16x8.splat (local.get $bits)) (i16x8.splat (local.get $bits)))
              (v128.const i8x16 0x80 0x40 0x20 0x10 8 4 2 1 0x80 0x40 0x20 0x10 8 4 2 1)))
          (v128.store align=1 (local.get $pixels)
            (v128.bitselect
              (v128.load align=1 (local.get $pixels))
              (local.get $grey)
              (i8x16.eq (local.get $black) (v128.const i64x2 0 0)))))
        (local.set $mask (i32.add (local.get $mask) (i32.const 2)))
        (local.set $pixels (i32.add (local.get $pixels) (i32.const 16)))
        (local.set $width (i32.sub (local.get $width) (i32.const 16)))
        (br $next)))
    (call $blendRow (local.get $mask) (local.get $maskBit) (local.get $pixels) (local.get $width)
      (local.get $colour) (local.get $cover)))

  ;; `paintRow` one pixel at a time, with the engine's own arithmetic.
  (func $blendRow
    (param $mask i32) (param $maskBit i32) (param $pixels i32) (param $width i32) (param $colour i32) (param $cover i32)
    (local $x i32) (local $bit i32) (local $opacity i32) (local $pixel i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_s (local.get $x) (local.get $width)))
        (local.set $bit (i32.add (local.get $maskBit) (local.get $x)))
        (if (i32.and
              (i32.load8_u (i32.add (local.get $mask) (i32.shr_u (local.get $bit) (i32.const 3))))
              (i32.shr_u (i32.const 128) (i32.and (local.get $bit) (i32.const 7))))
          (then
            (local.set $opacity (i32.shr_u (local.get $colour) (i32.const 8)))
            (if (local.get $cover)
              (then
                (local.set $opacity
                  (i32.div_u
                    (i32.mul
                      (local.get $opacity)
                      (i32.load8_u (i32.add (local.get $cover) (local.get $x))))
                    (i32.const 255)))))
            (local.set $pixel (i32.add (local.get $pixels) (local.get $x)))
            (i32.store8 (local.get $pixel)
              (i32.div_u
                (i32.add
                  (i32.mul (i32.sub (i32.const 255) (local.get $opacity)) (i32.load8_u (local.get $pixel)))
                  (i32.mul (local.get $opacity) (i32.and (local.get $colour) (i32.const 255))))
                (i32.const 255)))))
        (local.set $x (i32.add (local.get $x) (i32.const 1)))
        (br $next))))

  ;; One-bit pixels, packed in words with the leftmost as the most significant bit: black where a grey pixel is darker
  ;; than `level` (1..255). There are `count` words; grey rows follow each other without a gap and hold whole words.
  (func (export "threshold") (param $pixels i32) (param $level i32) (param $words i32) (param $count i32)
    (local $splat v128) (local $end i32)
    (local.set $splat (i8x16.splat (local.get $level)))
    (local.set $end (i32.add (local.get $words) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $words) (local.get $end)))
        ;; Most of a page is white, and passed over 128 pixels at a time.
        (if (i32.le_u (i32.add (local.get $words) (i32.const 16)) (local.get $end))
          (then
            (if (i32.eqz
                  (v128.any_true
                    (i8x16.lt_u
                      (i8x16.min_u
                        (call $darkest (local.get $pixels))
                        (call $darkest (i32.add (local.get $pixels) (i32.const 64))))
                      (local.get $splat))))
              (then (v128.store align=4 (local.get $words) (v128.const i64x2 0 0)))
              (else
                (i32.store (local.get $words) (call $cut (local.get $pixels) (local.get $splat)))
                (i32.store offset=4 (local.get $words)
                  (call $cut (i32.add (local.get $pixels) (i32.const 32)) (local.get $splat)))
                (i32.store offset=8 (local.get $words)
                  (call $cut (i32.add (local.get $pixels) (i32.const 64)) (local.get $splat)))
                (i32.store offset=12 (local.get $words)
                  (call $cut (i32.add (local.get $pixels) (i32.const 96)) (local.get $splat)))))
            (local.set $pixels (i32.add (local.get $pixels) (i32.const 128)))
            (local.set $words (i32.add (local.get $words) (i32.const 16)))
            (br $next)))
        (i32.store (local.get $words) (call $cut (local.get $pixels) (local.get $splat)))
        (local.set $pixels (i32.add (local.get $pixels) (i32.const 32)))
        (local.set $words (i32.add (local.get $words) (i32.const 4)))
        (br $next))))

  ;; A word of 32 pixels.
  (func $cut (param $at i32) (param $level v128) (result i32)
    (i32.or
      (i32.shl
        (call $pack (i8x16.lt_u (v128.load align=1 (local.get $at)) (local.get $level)))
        (i32.const 16))
      (call $pack (i8x16.lt_u (v128.load offset=16 align=1 (local.get $at)) (local.get $level)))))

  ;; Of 64 bytes the smallest in each of 16 lanes.
  (func $darkest (param $at i32) (result v128)
    (i8x16.min_u
      (i8x16.min_u
        (v128.load align=1 (local.get $at))
        (v128.load offset=16 align=1 (local.get $at)))
      (i8x16.min_u
        (v128.load offset=32 align=1 (local.get $at))
        (v128.load offset=48 align=1 (local.get $at)))))

  ;; Sixteen lanes of 0 or 255 as sixteen bits, the first lane as the most significant.
  (func $pack (param $lanes v128) (result i32)
    (i8x16.bitmask
      (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 (local.get $lanes) (local.get $lanes))))

  ;; 1 when `count` bytes are all 255, else 0.
  (func (export "isWhite") (param $at i32) (param $count i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $count)))
    (block $tail
      (loop $next
        (br_if $tail (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $end)))
        (if (v128.any_true (v128.not (v128.load align=1 (local.get $at))))
          (then (return (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 255))
          (then (return (i32.const 0))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i32.const 1)))

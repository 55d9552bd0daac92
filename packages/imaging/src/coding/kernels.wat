;; Loops over the one-bit rows of a page: filling dents and coding T.6. They have a memory of their own.
;; `kernels.wasm` is this file assembled; a test assembles it again and compares.
;;
;; A row of pixels is packed in 32-bit words, the leftmost pixel as the most significant bit. The memory begins with two
;; tables that `page-memory.ts` writes, and with room for rows:
;;   0       RUN_CODES of the protocol package: white runs, then from 10496 black ones, `code << 5 | length`
;;   20992   for each byte the places of its set bits from the left, eight 16-bit numbers
;;   25088   two rows of changes, at 25104 and 30448
;;   35792   three rows of pixels, at 35808, 36176 and 36544, each with white words before and behind it
;;   36912   what the caller puts there
;; Rows may be 2623 pixels wide, the longest run that RUN_CODES holds.
(module
  (import "page" "memory" (memory 0))

  ;; Fills white pixels that dent a level edge by one (`page-memory.ts` says which and why), 128 pixels at a time. What a
  ;; row was before its own dents were filled decides about the rows next to it.
  (func (export "fillDents") (param $words i32) (param $stride i32) (param $rows i32)
    (local $above i32) (local $current i32) (local $below i32) (local $swap i32) (local $pitch i32)
    (local $at i32) (local $line i32) (local $end i32) (local $pixels v128) (local $between v128)
    (local.set $above (i32.const 35808))
    (local.set $current (i32.const 36176))
    (local.set $below (i32.const 36544))
    (local.set $pitch (i32.shl (local.get $stride) (i32.const 2)))
    (if (i32.eqz (local.get $rows)) (then (return)))
    (call $whitenRow (local.get $above) (local.get $pitch))
    (call $copyRow (local.get $words) (local.get $current) (local.get $pitch))
    (loop $row
      (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
      (if (local.get $rows)
        (then
          (call $copyRow
            (i32.add (local.get $words) (local.get $pitch)) (local.get $below) (local.get $pitch)))
        (else (call $whitenRow (local.get $below) (local.get $pitch))))
      (local.set $at (i32.const 0))
      (loop $next
        (block $done
          (local.set $line (i32.add (local.get $current) (local.get $at)))
          (local.set $pixels (v128.load align=4 (local.get $line)))
          ;; Most words are white; a dent has ink on both sides, and a word without any cannot hold one.
          (br_if $done (i32.eqz (v128.any_true (local.get $pixels))))
          (local.set $between
            (v128.andnot
              (v128.and
                (call $leftOf (local.get $line) (local.get $pixels))
                (call $rightOf (local.get $line) (local.get $pixels)))
              (local.get $pixels)))
          (br_if $done (i32.eqz (v128.any_true (local.get $between))))
          ;; Beyond the row's last word nothing is black on both sides, so nothing changes there.
          (local.set $line (i32.add (local.get $words) (local.get $at)))
          (v128.store align=4 (local.get $line)
            (v128.or
              (v128.load align=4 (local.get $line))
              (v128.and
                (local.get $between)
                (v128.or
                  (v128.andnot
                    (call $allThree (i32.add (local.get $below) (local.get $at)))
                    (call $anyOfThree (i32.add (local.get $above) (local.get $at))))
                  (v128.andnot
                    (call $allThree (i32.add (local.get $above) (local.get $at)))
                    (call $anyOfThree (i32.add (local.get $below) (local.get $at)))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $pitch))))
      (local.set $swap (local.get $above))
      (local.set $above (local.get $current))
      (local.set $current (local.get $below))
      (local.set $below (local.get $swap))
      (local.set $words (i32.add (local.get $words) (local.get $pitch)))
      (br_if $row (local.get $rows))))

  ;; For each pixel of four words, the one to the left of it.
  (func $leftOf (param $at i32) (param $pixels v128) (result v128)
    (v128.or
      (i32x4.shr_u (local.get $pixels) (i32.const 1))
      (i32x4.shl (v128.load align=4 (i32.sub (local.get $at) (i32.const 4))) (i32.const 31))))

  (func $rightOf (param $at i32) (param $pixels v128) (result v128)
    (v128.or
      (i32x4.shl (local.get $pixels) (i32.const 1))
      (i32x4.shr_u (v128.load offset=4 align=4 (local.get $at)) (i32.const 31))))

  ;; Whether a pixel, the one to its left and the one to its right are all black.
  (func $allThree (param $at i32) (result v128)
    (local $pixels v128)
    (local.set $pixels (v128.load align=4 (local.get $at)))
    (v128.and
      (local.get $pixels)
      (v128.and
        (call $leftOf (local.get $at) (local.get $pixels))
        (call $rightOf (local.get $at) (local.get $pixels)))))

  (func $anyOfThree (param $at i32) (result v128)
    (local $pixels v128)
    (local.set $pixels (v128.load align=4 (local.get $at)))
    (v128.or
      (local.get $pixels)
      (v128.or
        (call $leftOf (local.get $at) (local.get $pixels))
        (call $rightOf (local.get $at) (local.get $pixels)))))

  ;; Copies a row of `pitch` bytes to one of the three, with four white words behind it.
  (func $copyRow (param $from i32) (param $to i32) (param $pitch i32)
    (local $at i32)
    (loop $next
      (v128.store align=4 (i32.add (local.get $to) (local.get $at))
        (v128.load align=4 (i32.add (local.get $from) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $pitch))))
    (v128.store align=4 (i32.add (local.get $to) (local.get $pitch)) (v128.const i64x2 0 0)))

  (func $whitenRow (param $to i32) (param $pitch i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (local.get $pitch)))
    (loop $next
      (v128.store align=4 (local.get $to) (v128.const i64x2 0 0))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (i32.le_u (local.get $to) (local.get $end)))))

  ;; Codes `rows` rows of `width` pixels as a page of T.6 with EOFB at `out`, and returns its length in bytes. The words
  ;; of the page and `out` are multiples of four; what the memory holds from `out` on must do for the worst page.
  ;;
  ;; A row of changes is the form of `ChangeRow`, in 16 bits a position, with a 0 before it. A row being coded has the
  ;; width behind it once and then 32767, which equals no position; a row above has the width three times.
  (func (export "encodeT6")
    (param $words i32) (param $stride i32) (param $rows i32) (param $width i32) (param $out i32) (result i32)
    (local $start i32) (local $coding i32) (local $reference i32) (local $swap i32)
    ;; The next change of each row, and the end of the coded row: behind the width.
    (local $c i32) (local $r i32) (local $end i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $b2 i32) (local $passed i32)
    (local $distance i32) (local $count i32) (local $entry i32) (local $colour i32)
    ;; The last `unstored` bits of `bits` are to be written yet: less than 32 from one turn to the next.
    (local $bits i64) (local $unstored i32)
    (local.set $start (local.get $out))
    (local.set $reference (i32.const 25104))
    (local.set $coding (i32.const 30448))
    (i32.store16 (i32.sub (local.get $reference) (i32.const 2)) (i32.const 0))
    (i32.store16 (i32.sub (local.get $coding) (i32.const 2)) (i32.const 0))
    ;; Above the first row is a white one (T.6 §2.2.1).
    (i32.store16 (local.get $reference) (local.get $width))
    (i32.store16 offset=2 (local.get $reference) (local.get $width))
    (i32.store16 offset=4 (local.get $reference) (local.get $width))
    (block $pageDone
      (loop $row
        (br_if $pageDone (i32.eqz (local.get $rows)))
        (local.set $end
          (call $findChanges (local.get $words) (local.get $stride) (local.get $width) (local.get $coding)))
        (i32.store16 (local.get $end) (local.get $width))
        (i32.store16 offset=2 (local.get $end) (i32.const 32767))
        (local.set $end (i32.add (local.get $end) (i32.const 2)))
        (local.set $c (local.get $coding))
        (local.set $r (local.get $reference))
        (local.set $passed (i32.const 0))
        (loop $code
          ;; V0 for as many of the next four changes as are in the row above too: four in a row, in the mean.
          (local.set $count
            (i32.shr_u
              (i32.wrap_i64
                (i64.ctz
                  (i64.xor (i64.load align=2 (local.get $c)) (i64.load align=2 (local.get $r)))))
              (i32.const 4)))
          (local.set $bits
            (i64.sub
              (i64.shl
                (i64.add (local.get $bits) (i64.const 1))
                (i64.extend_i32_u (local.get $count)))
              (i64.const 1)))
          (local.set $unstored (i32.add (local.get $unstored) (local.get $count)))
          (local.set $count (i32.shl (local.get $count) (i32.const 1)))
          (local.set $r (i32.add (local.get $r) (local.get $count)))
          (local.set $c (i32.add (local.get $c) (local.get $count)))
          (block $store
            (br_if $store (i32.ge_u (local.get $c) (local.get $end)))
            (local.set $a1 (i32.load16_u (local.get $c)))
            (local.set $b2 (i32.load16_u offset=2 (local.get $r)))
            (if (i32.lt_u (local.get $b2) (local.get $a1))
              (then
                ;; Pass mode, 0001.
                (local.set $bits (i64.or (i64.shl (local.get $bits) (i64.const 4)) (i64.const 1)))
                (local.set $unstored (i32.add (local.get $unstored) (i32.const 4)))
                (local.set $passed (local.get $b2))
                (local.set $r (i32.add (local.get $r) (i32.const 4)))
                (br $store)))
            (local.set $distance
              (i32.add (i32.sub (local.get $a1) (i32.load16_u (local.get $r))) (i32.const 3)))
            (if (i32.le_u (local.get $distance) (i32.const 6))
              (then
                ;; Vertical modes: four bits of each number are a code (2 2 2 1 3 3 3) and its length (7 6 3 1 3 6 7).
                (local.set $distance (i32.shl (local.get $distance) (i32.const 2)))
                (local.set $count
                  (i32.and (i32.shr_u (i32.const 0x7631367) (local.get $distance)) (i32.const 15)))
                (local.set $bits
                  (i64.or
                    (i64.shl (local.get $bits) (i64.extend_i32_u (local.get $count)))
                    (i64.extend_i32_u
                      (i32.and (i32.shr_u (i32.const 0x3331222) (local.get $distance)) (i32.const 15)))))
                (local.set $unstored (i32.add (local.get $unstored) (local.get $count)))
                (local.set $c (i32.add (local.get $c) (i32.const 2)))
                ;; b1 of the other colour: the next change, or the one before it if that is right of a1, or the one
                ;; two on if the next is not.
                (local.set $r (i32.add (local.get $r) (i32.const 2)))
                (if (i32.gt_u (i32.load16_u (i32.sub (local.get $r) (i32.const 4))) (local.get $a1))
                  (then (local.set $r (i32.sub (local.get $r) (i32.const 4)))))
                (if (i32.eq (local.get $b2) (local.get $a1))
                  (then (local.set $r (i32.add (local.get $r) (i32.const 4)))))
                (br $store)))
            ;; Horizontal mode: 001 and two runs of up to 25 bits. Colours begin 10496 bytes apart.
            (local.set $colour
              (i32.mul
                (i32.and (i32.sub (local.get $c) (local.get $coding)) (i32.const 2))
                (i32.const 5248)))
            (local.set $a0 (i32.load16_u (i32.sub (local.get $c) (i32.const 2))))
            (local.set $a0
              (select (local.get $a0) (local.get $passed) (i32.gt_u (local.get $a0) (local.get $passed))))
            (local.set $a2 (i32.load16_u offset=2 (local.get $c)))
            (local.set $a2
              (select (local.get $a2) (local.get $width) (i32.lt_u (local.get $a2) (local.get $width))))
            (if (i32.ge_u (local.get $unstored) (i32.const 32))
              (then
                (local.set $unstored (i32.sub (local.get $unstored) (i32.const 32)))
                (i64.store32 (local.get $out)
                  (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $unstored))))
                (local.set $out (i32.add (local.get $out) (i32.const 4)))))
            (local.set $entry (i32.sub (local.get $a1) (local.get $a0)))
            (local.set $bits (i64.or (i64.shl (local.get $bits) (i64.const 3)) (i64.const 1)))
            (local.set $unstored (i32.add (local.get $unstored) (i32.const 3)))
            (local.set $entry
              (i32.load (i32.add (local.get $colour) (i32.shl (local.get $entry) (i32.const 2)))))
            (local.set $count (i32.and (local.get $entry) (i32.const 31)))
            (local.set $bits
              (i64.or
                (i64.shl (local.get $bits) (i64.extend_i32_u (local.get $count)))
                (i64.extend_i32_u (i32.shr_u (local.get $entry) (i32.const 5)))))
            (local.set $unstored (i32.add (local.get $unstored) (local.get $count)))
            (if (i32.ge_u (local.get $unstored) (i32.const 32))
              (then
                (local.set $unstored (i32.sub (local.get $unstored) (i32.const 32)))
                (i64.store32 (local.get $out)
                  (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $unstored))))
                (local.set $out (i32.add (local.get $out) (i32.const 4)))))
            (local.set $entry
              (i32.load
                (i32.add
                  (i32.sub (i32.const 10496) (local.get $colour))
                  (i32.shl (i32.sub (local.get $a2) (local.get $a1)) (i32.const 2)))))
            (local.set $count (i32.and (local.get $entry) (i32.const 31)))
            (local.set $bits
              (i64.or
                (i64.shl (local.get $bits) (i64.extend_i32_u (local.get $count)))
                (i64.extend_i32_u (i32.shr_u (local.get $entry) (i32.const 5)))))
            (local.set $unstored (i32.add (local.get $unstored) (local.get $count)))
            (local.set $c (i32.add (local.get $c) (i32.const 4)))
            (br_if $store (i32.ge_u (local.get $c) (local.get $end)))
            ;; b1 is the next change of its colour right of a2.
            (block $found
              (loop $search
                (br_if $found (i32.gt_u (i32.load16_u (local.get $r)) (local.get $a2)))
                (local.set $r (i32.add (local.get $r) (i32.const 4)))
                (br $search))))
          (if (i32.ge_u (local.get $unstored) (i32.const 32))
            (then
              (local.set $unstored (i32.sub (local.get $unstored) (i32.const 32)))
              (i64.store32 (local.get $out)
                (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $unstored))))
              (local.set $out (i32.add (local.get $out) (i32.const 4)))))
          (br_if $code (i32.lt_u (local.get $c) (local.get $end))))
        (i32.store16 (local.get $end) (local.get $width))
        (i32.store16 offset=2 (local.get $end) (local.get $width))
        (local.set $swap (local.get $reference))
        (local.set $reference (local.get $coding))
        (local.set $coding (local.get $swap))
        (local.set $words (i32.add (local.get $words) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $row)))
    ;; EOFB (T.6 §2.4.1.1), and zeros up to two words.
    (local.set $bits (i64.or (i64.shl (local.get $bits) (i64.const 24)) (i64.const 0x001001)))
    (local.set $unstored (i32.add (local.get $unstored) (i32.const 24)))
    (i64.store align=4 (local.get $out)
      (i64.rotl
        (i64.shl (local.get $bits) (i64.extend_i32_u (i32.sub (i32.const 64) (local.get $unstored))))
        (i64.const 32)))
    (call $swapBytes (local.get $start) (i32.add (local.get $out) (i32.const 8)))
    (i32.add
      (i32.sub (local.get $out) (local.get $start))
      (i32.shr_u (i32.add (local.get $unstored) (i32.const 7)) (i32.const 3))))

  ;; Lists the changes of a row at `to` and returns the end of the list. Writes up to 16 bytes behind it.
  (func $findChanges (param $words i32) (param $stride i32) (param $width i32) (param $to i32) (result i32)
    (local $from i32) (local $end i32) (local $position i32)
    (local $pixels i64) (local $edges i64) (local $left i64)
    (local.set $from (local.get $to))
    (local.set $end (i32.add (local.get $words) (i32.shl (local.get $stride) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $words) (local.get $end)))
        (local.set $pixels (i64.rotl (i64.load align=4 (local.get $words)) (i64.const 32)))
        ;; Half of the last pair is the next row's where a row has an odd number of words.
        (if (i32.eq (i32.add (local.get $words) (i32.const 4)) (local.get $end))
          (then (local.set $pixels (i64.and (local.get $pixels) (i64.const 0xffffffff00000000)))))
        ;; A pixel that differs from the one left of it; the row starts next to an imaginary white one.
        (local.set $edges
          (i64.xor
            (local.get $pixels)
            (i64.or (i64.shr_u (local.get $pixels) (i64.const 1)) (local.get $left))))
        (local.set $left (i64.shl (local.get $pixels) (i64.const 63)))
        (if (i64.ne (local.get $edges) (i64.const 0))
          (then
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 56)))
                (local.get $position)))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 48)))
                (i32.add (local.get $position) (i32.const 8))))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 40)))
                (i32.add (local.get $position) (i32.const 16))))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 32)))
                (i32.add (local.get $position) (i32.const 24))))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 24)))
                (i32.add (local.get $position) (i32.const 32))))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 16)))
                (i32.add (local.get $position) (i32.const 40))))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (i64.shr_u (local.get $edges) (i64.const 8)))
                (i32.add (local.get $position) (i32.const 48))))
            (local.set $to
              (call $list (local.get $to) (i32.wrap_i64 (local.get $edges))
                (i32.add (local.get $position) (i32.const 56))))))
        (local.set $position (i32.add (local.get $position) (i32.const 64)))
        (local.set $words (i32.add (local.get $words) (i32.const 8)))
        (br $next)))
    ;; A black run up to a width inside a word leaves its edge on the padding.
    (if (i32.gt_u (local.get $to) (local.get $from))
      (then
        (if (i32.eq (i32.load16_u (i32.sub (local.get $to) (i32.const 2))) (local.get $width))
          (then (local.set $to (i32.sub (local.get $to) (i32.const 2)))))))
    (local.get $to))

  ;; Turns each word up to `end`, and those of the 16 bytes it ends in, from the order of memory to the order of bits.
  (func $swapBytes (param $at i32) (param $end i32)
    (loop $next
      (v128.store align=4 (local.get $at)
        (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12
          (v128.load align=4 (local.get $at))
          (v128.load align=4 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Adds the places of the set bits of the low byte to a list, each plus `position`, and returns its new end.
  (func $list (param $to i32) (param $byte i32) (param $position i32) (result i32)
    (local.set $byte (i32.and (local.get $byte) (i32.const 255)))
    (v128.store align=1 (local.get $to)
      (i16x8.add
        (v128.load offset=20992 (i32.shl (local.get $byte) (i32.const 4)))
        (i16x8.splat (local.get $position))))
    (i32.add (local.get $to) (i32.shl (i32.popcnt (local.get $byte)) (i32.const 1)))))

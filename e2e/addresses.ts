/** Lists of made-up addresses: in 198.18.0.0/15, which is set aside for measurements (RFC 2544). */

/** So many different addresses, the same for the same count. */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    // 40,503 is odd, so n ↦ 40,503·n mod 2^17 is one-to-one.
    const place = (n * 40_503) % 131_072
    return `198.${18 + (place >>> 16)}.${(place >>> 8) & 255}.${place & 255}`
  })
}

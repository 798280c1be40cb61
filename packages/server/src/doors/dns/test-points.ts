/**
 * The entries by which clients find out whether a list works (RFC 5782 §5): some names are always listed, some never,
 * whatever the book says. rspamd asks for `1.0.0.127.<zone>` again and again and drops the zone unless it is NXDOMAIN.
 */

/** ::ffff:127.0.0.2 and ::ffff:127.0.0.1 are IPv4 past the parser, so the test points of IPv6 are these too. */
const LISTED_ADDRESS = '127.0.0.2'
const UNLISTED_ADDRESS = '127.0.0.1'

/** RFC 2606 §2 reserves both. */
const LISTED_NAME = 'test'
const UNLISTED_NAME = 'invalid'

/** Whether an address or a host is a test point, by its canonical text. */
export function testPoint(value: string): 'listed' | 'unlisted' | undefined {
  switch (value) {
    case LISTED_ADDRESS:
    case LISTED_NAME:
      return 'listed'
    case UNLISTED_ADDRESS:
    case UNLISTED_NAME:
      return 'unlisted'
    default:
      return undefined
  }
}

/** What the TXT of a test point says. */
export const TEST_POINT_TEXT = 'listed by tocsin: this is a test entry (RFC 5782), it shows that the list works'

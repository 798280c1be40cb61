/**
 * Words of `core` that settings are chosen from. They stand here once more because every command reads the settings, and the
 * layers of core that have them take longer to load than most commands run; a test compares the two.
 */
import type { SubjectType } from '@tocsin/core/subject'
import type { Aggressiveness, Level } from '@tocsin/core/verdict'
import type { FeedbackMode, SubmitPolicy } from '@tocsin/core/wire'

/** As in `core/verdict`. */
export const LEVELS = ['off', 'low', 'medium', 'high'] as const satisfies readonly Level[]

/** As in `core/verdict`. */
export const AGGRESSIVENESS = [0, 1, 2, 3, 4] as const satisfies readonly Aggressiveness[]

/** As in `core/wire`. */
export const FEEDBACK_MODES = ['on', 'hold', 'off'] as const satisfies readonly FeedbackMode[]

/** As in `core/wire`. */
export const SUBMIT_POLICIES = ['ask', 'auto', 'never'] as const satisfies readonly SubmitPolicy[]

/** As in `core/subject`. */
export const SUBJECT_TYPES = ['ip', 'net', 'domain', 'url', 'file'] as const satisfies readonly SubjectType[]

/** The forms that are compared; the first is ours. */
export const FORMS = ['ours', 'start-then-sleep-loop', 'one-heartbeating-activity'] as const;
export type Form = (typeof FORMS)[number];
export const PEERS = FORMS.filter((form) => form !== 'ours');

/**
 * In which order a job's frames are handed out. `linear`: ascending · `scout`: first, middle, last, then the rest ·
 * `refine`: first, last, then the middle of each gap, again and again (of nine: 1, 9, 5, 3, 7, 2, 4, 6, 8).
 */
export const frameOrders = ['linear', 'scout', 'refine'] as const
export type FrameOrder = (typeof frameOrders)[number]

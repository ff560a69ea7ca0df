import type { FrameInfo } from '@backlot/contract/schemas/jobs'

export interface FramePage {
  items: FrameInfo[]
  next?: string | undefined
}

/** Replaces the frames that changed; those of other blocks are left out. The same page comes back when none is here. */
export function putFrames(page: FramePage, changed: ReadonlyMap<number, FrameInfo>): FramePage {
  let touched = false
  const items = page.items.map((item) => {
    const update = changed.get(item.frame)
    if (update === undefined) return item
    touched = true
    return update
  })
  return touched ? { ...page, items } : page
}

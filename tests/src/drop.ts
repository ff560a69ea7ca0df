import type { Page } from 'playwright-core'

/**
 * Drops files and folders of the disk on the middle of the page, as a person does: the browser makes its own drag events
 * with real entries of its own, folders among them, which no script can make.
 */
export async function dropOnPage(page: Page, ...paths: string[]): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 720 }
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data })
  await session.detach()
}

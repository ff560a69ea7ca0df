import { useEffect } from 'react'

/** The title of the browser's tab: what is most specific first, because tabs are narrow. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Backlot`
  }, [title])
}

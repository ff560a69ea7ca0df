import type { ReactNode } from 'react'
import { Brand } from '../../layout/brand.tsx'
import './access-frame.css'

/** The frame of the pages before the app: one card, one thing to do. */
export function AccessFrame({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  return (
    <main className="access">
      <Brand />
      <div className="access-card">
        <div className="access-title">
          <h1>{title}</h1>
          {intro !== undefined && <p className="muted">{intro}</p>}
        </div>
        {children}
      </div>
    </main>
  )
}

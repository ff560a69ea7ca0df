import { Toast } from '@base-ui/react/toast'
import { Icon } from './icon.tsx'
import { toastManager } from './toast.ts'
import './toaster.css'

export default function Toaster() {
  return (
    <Toast.Provider toastManager={toastManager}>
      <Toast.Portal>
        <Toast.Viewport className="toaster">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Toasts() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className={`toast tone-${item.type ?? 'idle'}`}>
      <Icon name={item.type === 'bad' ? 'alert' : 'check'} size={18} />
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description className="muted" />
      </div>
      <Toast.Close className="button button-quiet button-s button-icon" aria-label="Close">
        <Icon name="cross" />
      </Toast.Close>
    </Toast.Root>
  ))
}

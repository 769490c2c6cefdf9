;;; Ghost text from ai-lsp with lsp-mode 10, for init.el, beside whatever other servers there are.

(require 'lsp-mode)
(require 'lsp-inline-completion)

(lsp-register-client
 (make-lsp-client :server-id 'ai-lsp
                  :new-connection (lsp-stdio-connection '("ai-lsp"))
                  :activation-fn (lambda (&rest _) (derived-mode-p 'prog-mode))
                  :add-on? t))
(add-hook 'prog-mode-hook #'lsp-deferred)

;; lsp-mode looks at what was typed after the first delay and asks after the second, which has to be the longer one.
(setq lsp-idle-delay 0.1
      lsp-inline-completion-idle-delay 0.15)

;; TAB takes all of it; without ghost text it indents as ever.
(lsp-inline-completion--define-key lsp-inline-completion-active-map (kbd "TAB")
                                   #'lsp-inline-completion-accept 'keep)

;;; end of ai-lsp with lsp-mode

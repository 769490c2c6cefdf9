;;; Ghost text from ai-lsp with Eglot, for init.el. Needs Emacs 30, which ships all of it.

(require 'eglot)

;; Modes that have a language server of their own already: see README.md.
(add-to-list 'eglot-server-programs '(prog-mode . ("ai-lsp")))
(add-hook 'prog-mode-hook #'eglot-ensure)

;; The best completion stands grey behind the cursor; TAB takes it.
(add-hook 'eglot-managed-mode-hook #'completion-preview-mode)
(setq completion-preview-minimum-symbol-length nil
      completion-preview-idle-delay 0.15)

;;; end of ai-lsp with Eglot

"""The table of all methods: name, handler, and the type of its params where it wants them typed."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from ai_lsp.server.client import dig
from ai_lsp.server.features import (
    chat,
    code_actions,
    commands,
    completion,
    diagnostics,
    general,
    inline_completion,
    keys,
    plugins,
    progress,
    providers,
    shown,
    status,
    text_sync,
    workspace,
)
from ai_lsp.server.method import Method, to_nobody

METHODS: Final = (
    # the life of the server
    Method("initialize", general.initialize),
    Method("initialized", general.initialized),
    Method("shutdown", general.shutdown),
    Method("exit", general.leave),
    Method("$/setTrace", general.set_trace),
    # open requests
    Method("$/cancelRequest", progress.cancel_request, types.CancelParams),
    Method("window/workDoneProgress/cancel", progress.cancel_progress, types.WorkDoneProgressCancelParams),
    # open documents
    Method("textDocument/didOpen", text_sync.did_open, types.DidOpenTextDocumentParams),
    Method("textDocument/didChange", text_sync.did_change, types.DidChangeTextDocumentParams),
    Method("textDocument/didClose", text_sync.did_close, types.DidCloseTextDocumentParams),
    Method("textDocument/didSave", text_sync.did_save, advertised=to_nobody),
    # suggestions
    Method(
        "textDocument/inlineCompletion",
        inline_completion.inline_completion,
        types.InlineCompletionParams,
        options=inline_completion.OPTIONS,
        newest_per=lambda params: params.text_document.uri,
    ),
    Method(
        "textDocument/completion",
        completion.completion,
        types.CompletionParams,
        options=completion.OPTIONS,
        newest_per=lambda params: params.text_document.uri,
        advertised=lambda client: not client.shows_inline_completion,
    ),
    # what becomes of suggestions
    Method("textDocument/didShowCompletion", shown.did_show, advertised=to_nobody),
    Method("textDocument/didPartiallyAcceptCompletion", shown.did_partially_accept, advertised=to_nobody),
    Method("textDocument/didShowInlineEdit", shown.did_show, advertised=to_nobody),
    Method("textDocument/copilotInlineEdit", shown.inline_edit, advertised=to_nobody),
    # what plug-ins send that were written for another server
    Method("checkStatus", plugins.check_status),
    Method("signIn", plugins.sign_in),
    Method("signInInitiate", plugins.sign_in),
    Method("signInConfirm", plugins.sign_in),
    Method("signOut", plugins.sign_out),
    Method("getVersion", plugins.version),
    Method("setEditorInfo", plugins.editor_info),
    Method("copilot/models", plugins.models),
    Method("getCompletions", plugins.completions, newest_per=lambda params: str(dig(params, "doc", "uri"))),
    Method("getCompletionsCycling", plugins.completions_cycling),
    Method("notifyShown", plugins.shown),
    Method("notifyAccepted", plugins.accepted),
    Method("notifyRejected", plugins.rejected),
    Method("getPanelCompletions", plugins.panel_completions),
    Method("textDocument/copilotPanelCompletion", plugins.panel, advertised=to_nobody),
    # what a model can do with code
    Method("textDocument/codeAction", code_actions.code_action, options=code_actions.OPTIONS),
    Method("codeAction/resolve", code_actions.resolve),
    # the workspace and its settings
    Method("workspace/didChangeConfiguration", workspace.did_change_configuration),
    Method("workspace/didChangeWorkspaceFolders", workspace.did_change_folders),
    Method("workspace/didChangeWatchedFiles", workspace.did_change_watched_files),
    Method("workspace/executeCommand", commands.execute, types.ExecuteCommandParams, options=commands.OPTIONS),
    # our own
    Method("aiLsp/status", status.status),
    Method("aiLsp/diagnostics", diagnostics.told),
    Method("aiLsp/chat", chat.chat),
    Method("aiLsp/providers", providers.providers),
    Method("aiLsp/keys", keys.keys),
)

"""Addresses of the knowledge base."""

from django.urls import path

from zhoudao.doors.desk.knowledge import article, importing, listing, releases, work, writing

_ONE = "desk/knowledge/articles/<slug:code>/"
urlpatterns = [
    path("desk/knowledge/", listing.listed, name="knowledge"),
    path("desk/knowledge/new/", writing.new, name="article_new"),
    path("desk/knowledge/preview/", writing.preview, name="article_preview"),
    path("desk/knowledge/questions/", work.questions, name="knowledge_questions"),
    path("desk/knowledge/releases/", releases.mine, name="releases"),
    path("desk/knowledge/import/", importing.page, name="knowledge_import"),
    path(_ONE, article.article, name="article"),
    path(f"{_ONE}edit/", writing.edit, name="article_edit"),
    path(f"{_ONE}act/", article.act, name="article_act"),
    path(f"{_ONE}decide/", article.decide, name="article_decide"),
    path(f"{_ONE}versions/", article.versions, name="article_versions"),
    path(f"{_ONE}read/", releases.confirm, name="release_read"),
    path(f"{_ONE}readers/", releases.readers, name="release_readers"),
    path(f"{_ONE}remind/", releases.remind, name="release_remind"),
]

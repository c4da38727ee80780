"""Addresses of products."""

from django.urls import path

from zhoudao.doors.desk.catalogue import editing, guide, kinds, page

urlpatterns = [
    path("desk/products/", page.products_list, name="products"),
    path("desk/products/of/", page.of_sku, name="product_of"),
    path("desk/products/new/", editing.product_edit, name="product_new"),
    path("desk/products/compare/", page.compare, name="products_compare"),
    path("desk/products/guide/", guide.guide, name="product_guide"),
    path("desk/products/kinds/", kinds.kinds, name="product_kinds"),
    path("desk/products/kinds/new/", kinds.kind, name="product_kind_new"),
    path("desk/products/kinds/<slug:category>/", kinds.kind, name="product_kind"),
    path("desk/products/kinds/<slug:category>/guide/", kinds.questions, name="product_questions"),
    path("desk/products/one/<slug:product>/", page.product, name="product"),
    path("desk/products/one/<slug:product>/edit/", editing.product_edit, name="product_edit"),
    path("desk/products/one/<slug:product>/act/", editing.act, name="product_act"),
    path("desk/products/one/<slug:product>/pictures/<uuid:image_id>/", page.picture, name="product_picture"),
]

"""The project that the tests open: a small shop, written the way such code is written, so that a reader of it knows
how the next line will go."""

from __future__ import annotations

from pathlib import Path

ORDERS = '''\
"""Orders and what they cost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OrderLine:
    article: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class Order:
    number: str
    customer: str
    lines: Sequence[OrderLine]


def total_price(order: Order) -> Decimal:
    return sum((line.price * line.quantity for line in order.lines), Decimal(0))


def find_order(orders: Sequence[Order], number: str) -> Order | None:
    for order in orders:
        if order.number == number:
            return order
    logger.warning("no order with number %s", number)
    return None


def add_line(order: Order, article: str, quantity: int, price: Decimal) -> Order:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    if price < 0:
        raise ValueError(f"price must not be negative, got {price}")
    return Order(order.number, order.customer, [*order.lines, OrderLine(article, quantity, price)])
'''

STOCK = '''\
"""What lies in the warehouse."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shop.orders import Order

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Article:
    number: str
    name: str
    in_stock: int


def find_article(articles: Sequence[Article], number: str) -> Article | None:
    for article in articles:
        if article.number == number:
            return article
    logger.warning("no article with number %s", number)
    return None


def take_out(article: Article, quantity: int) -> Article:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    if quantity > article.in_stock:
        raise ValueError(f"only {article.in_stock} of {article.name} in stock, got {quantity}")
    return Article(article.number, article.name, article.in_stock - quantity)


def put_back(article: Article, quantity: int) -> Article:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    return Article(article.number, article.name, article.in_stock + quantity)


def can_deliver(order: Order, articles: Sequence[Article]) -> bool:
    for line in order.lines:
        article = find_article(articles, line.article)
        if article is None or article.in_stock < line.quantity:
            return False
    return True
'''

RETURNS = '''\
"""Goods that come back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shop.orders import Order
from shop.stock import Article, put_back

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Return:
    number: str
    order: Order
    quantity: int


def find_return(returns: Sequence[Return], number: str) -> Return | None:
    for item in returns:
        if item.number == number:
            return item
    logger.warning("no return with number %s", number)
    return None


def take_back(article: Article, quantity: int) -> Article:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    logger.info("%d of %s came back", quantity, article.name)
    return put_back(article, quantity)


def write_off(article: Article, quantity: int) -> None:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    logger.info("%d of %s written off", quantity, article.name)
'''

SUPPLIERS = '''\
"""Those whom we buy from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shop.stock import Article

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Supplier:
    number: str
    name: str
    days: int


def find_supplier(suppliers: Sequence[Supplier], number: str) -> Supplier | None:
    for supplier in suppliers:
        if supplier.number == number:
            return supplier
    logger.warning("no supplier with number %s", number)
    return None


def reorder(supplier: Supplier, article: Article, quantity: int) -> None:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    logger.info("%d of %s ordered from %s", quantity, article.name, supplier.name)


def announce(supplier: Supplier, article: Article, quantity: int) -> None:
    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    logger.info("%d of %s announced by %s", quantity, article.name, supplier.name)
'''

INVOICES = '''\
"""Invoices for orders."""

from shop.orders import Order, total_price


def reserve(order: Order, quantity: int) -> None:
'''
"""The file that is open: the person is about to write the body of its last function."""

TYPED_FIRST = "if quantity <= 0:"
TYPED_NEXT = 'raise ValueError(f"quantity must be positive, got {quantity}")'
"""The next lines as the person means to write them; Neovim indents them by itself."""


def build(folder: Path) -> Path:
    """Write the project into `folder`. The path of the file to open."""
    package = folder / "shop"
    package.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1.0"\n')
    modules = {"orders": ORDERS, "stock": STOCK, "returns": RETURNS, "suppliers": SUPPLIERS, "invoices": INVOICES}
    for name, text in {"__init__": "", **modules}.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return package / "invoices.py"

"""Articles: reading files of every kind, cleaning, dating, and finding duplicates."""

from analysis.articles.clean import Cleaner
from analysis.articles.dates import Calendar
from analysis.articles.duplicates import with_duplicates
from analysis.articles.paragraphs import paragraphs
from analysis.articles.read import iter_articles, read_articles
from analysis.articles.repeated import without_repeated

__all__ = ["Calendar", "Cleaner", "iter_articles", "paragraphs", "read_articles", "with_duplicates", "without_repeated"]

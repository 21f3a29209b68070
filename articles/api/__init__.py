"""The desk for programs: the same reading, the same door, in JSON.

``desk`` puts it together; ``reading`` and ``acting`` hold the operations, ``articles_told`` and ``wishes`` their shapes;
``authority`` says who may what, ``problems`` what went wrong, ``pages`` where a list goes on, ``description`` how OpenAPI
tells all this.
"""

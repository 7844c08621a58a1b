# Three instances for `run`: consul services register services.hcl
services {
  id      = "shop-1"
  name    = "shop"
  address = "127.0.0.1"
  port    = 19101
  tags    = ["public"]
  meta    = { capacity = "64" }
  weights = { passing = 2, warning = 1 }
}
services {
  id      = "shop-2"
  name    = "shop"
  address = "127.0.0.1"
  port    = 19102
  tags    = ["public"]
  meta    = { capacity = "32" }
}
services {
  id      = "shop-3"
  name    = "shop"
  address = "127.0.0.1"
  port    = 19103
  tags    = ["public"]
  meta    = { capacity = "32" }
}

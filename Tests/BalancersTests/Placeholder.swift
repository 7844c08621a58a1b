@testable import Balancers

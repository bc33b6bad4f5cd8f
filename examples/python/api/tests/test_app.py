from app import app, total


def test_total_is_the_sum():
    assert total([1, 2, 3]) == 6


def test_total_of_nothing_is_zero():
    assert total([]) == 0


def test_the_service_is_healthy():
    assert app.test_client().get("/health").status_code == 200

<?php

/**
 * BoxPacker as a peer: one carton document a line on stdin, one answer a line on stdout (see bench_cartons.py).
 *
 *     php boxpacker.php CHECKOUT < documents > answers
 *
 * {"boxes": [{"carton", "items": [{"sku", "position_mm", "size_mm"}]}], "unplaced": n, "ms": t}
 * A document may say "balance": false to leave BoxPacker's levelling of weights off. Nothing of BoxPacker is here:
 * CHECKOUT is a clone of it; its one dependency, psr/log, is taken from CHECKOUT/vendor or stood in for below.
 */

declare(strict_types=1);

namespace Psr\Log {
    if (!is_file(($argv[1] ?? '.') . '/vendor/autoload.php')) {
        interface LoggerInterface
        {
            public function log($level, $message, array $context = []): void;
        }
        interface LoggerAwareInterface
        {
            public function setLogger(LoggerInterface $logger): void;
        }
        class LogLevel
        {
            public const INFO = 'info';
            public const DEBUG = 'debug';
            public const NOTICE = 'notice';
            public const WARNING = 'warning';
            public const ERROR = 'error';
        }
        class NullLogger implements LoggerInterface
        {
            public function __call(string $level, array $words): void
            {
            }

            public function log($level, $message, array $context = []): void
            {
            }
        }
    }
}

namespace {
    use DVDoug\BoxPacker\Box;
    use DVDoug\BoxPacker\Item;
    use DVDoug\BoxPacker\Packer;
    use DVDoug\BoxPacker\Rotation;

    $checkout = $argv[1] ?? exit("expected: php boxpacker.php CHECKOUT\n");
    if (is_file("$checkout/vendor/autoload.php")) {
        require "$checkout/vendor/autoload.php";
    }
    spl_autoload_register(function (string $class) use ($checkout): void {
        $file = $checkout . '/src/' . str_replace('\\', '/', substr($class, strlen('DVDoug\\BoxPacker\\'))) . '.php';
        if (str_starts_with($class, 'DVDoug\\BoxPacker\\') && is_file($file)) {
            require $file;
        }
    });

    final class Carton implements Box
    {
        public function __construct(private readonly array $row)
        {
        }

        public function getReference(): string
        {
            return $this->row['code'];
        }

        public function getOuterWidth(): int
        {
            return ($this->row['outer_mm'] ?? $this->row['inner_mm'])[0];
        }

        public function getOuterLength(): int
        {
            return ($this->row['outer_mm'] ?? $this->row['inner_mm'])[1];
        }

        public function getOuterDepth(): int
        {
            return ($this->row['outer_mm'] ?? $this->row['inner_mm'])[2];
        }

        public function getEmptyWeight(): int
        {
            return $this->row['empty_weight_g'] ?? 0;
        }

        public function getInnerWidth(): int
        {
            return $this->row['inner_mm'][0];
        }

        public function getInnerLength(): int
        {
            return $this->row['inner_mm'][1];
        }

        public function getInnerDepth(): int
        {
            return $this->row['inner_mm'][2];
        }

        public function getMaxWeight(): int
        {
            return $this->row['max_weight_g'];
        }
    }

    final class Goods implements Item
    {
        public function __construct(private readonly array $row)
        {
        }

        public function getDescription(): string
        {
            return $this->row['sku'];
        }

        public function getWidth(): int
        {
            return $this->row['size_mm'][0];
        }

        public function getLength(): int
        {
            return $this->row['size_mm'][1];
        }

        public function getDepth(): int
        {
            return $this->row['size_mm'][2];
        }

        public function getWeight(): int
        {
            return $this->row['weight_g'];
        }

        public function getAllowedRotation(): Rotation
        {
            // Three classes of turning are all it knows; others come nearest to "any".
            return match ($this->row['poses'] ?? null) {
                ['lwh'] => Rotation::Never,
                ['lwh', 'wlh'] => Rotation::KeepFlat,
                default => Rotation::BestFit,
            };
        }
    }

    while (($line = fgets(STDIN)) !== false) {
        $document = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
        $started = hrtime(true);
        $packer = new Packer();
        $packer->throwOnUnpackableItem(false);
        if (($document['balance'] ?? true) === false) {
            $packer->setMaxBoxesToBalanceWeight(0);
        }
        foreach ($document['cartons'] as $row) {
            $box = new Carton($row);
            $packer->addBox($box);
            if (isset($row['available'])) {
                $packer->setBoxQuantity($box, $row['available']);
            }
        }
        foreach ($document['items'] as $row) {
            $packer->addItem(new Goods($row), $row['quantity']);
        }
        $boxes = [];
        foreach ($packer->pack() as $packed) {
            $items = [];
            foreach ($packed->items as $one) {
                $items[] = [
                    'sku' => $one->item->getDescription(),
                    'position_mm' => [$one->x, $one->y, $one->z],
                    'size_mm' => [$one->width, $one->length, $one->depth],
                ];
            }
            $boxes[] = ['carton' => $packed->box->getReference(), 'items' => $items];
        }
        $ms = (hrtime(true) - $started) / 1e6;
        echo json_encode(['boxes' => $boxes, 'unplaced' => $packer->getUnpackedItems()->count(), 'ms' => $ms]), "\n";
    }
}

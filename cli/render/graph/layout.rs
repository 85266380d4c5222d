//! Where the boxes and lines of a graph go: in layers from left to right, so that
//! lines lead to the right wherever there is no cycle (the method of Sugiyama,
//! Tagawa and Toda). What is unconnected stands below, in rows.

use std::collections::BTreeSet;

/// Between a layer and the next.
const COLUMN_GAP: f64 = 110.0;
/// Between boxes below each other.
const ROW_GAP: f64 = 18.0;
/// What a line that passes a layer takes of it.
const LINE_HEIGHT: f64 = 4.0;
/// How often orders, and then places, are improved.
const SWEEPS: usize = 12;
/// With more, lines go straight from box to box.
const MOST_BENDS: usize = 20_000;

/// A point; y grows downwards.
pub type Point = (f64, f64);

/// Where everything goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The middle of each box.
    pub boxes: Vec<Point>,
    /// Where each line begins, bends and ends; empty for one from a box to itself.
    pub lines: Vec<Vec<Point>>,
    pub width: f64,
    pub height: f64,
}

/// Something that has a place in a layer: a box, or a line that passes.
#[derive(Debug, Clone, Copy)]
struct Item {
    layer: usize,
    height: f64,
    y: f64,
    /// Place within the layer.
    order: usize,
}

/// Items in layers, with what each is connected to on its left and its right.
struct Layers {
    items: Vec<Item>,
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    layers: Vec<Vec<usize>>,
}

/// Lays out boxes of these widths and one height, and lines between them.
pub fn layout(widths: &[f64], height: f64, lines: &[(usize, usize)]) -> Layout {
    let directed = without_cycles(widths.len(), lines);
    let connected: BTreeSet<usize> = directed
        .iter()
        .flatten()
        .flat_map(|(a, b)| [*a, *b])
        .collect();
    let layer_of = layers(widths.len(), &directed);
    let mut layers = Layers::of(&layer_of, &connected, height);
    let chains = layers.connect(&directed);
    layers.order();
    layers.place();
    let columns = columns(&layers, widths, &connected);
    let mut layout = Layout {
        boxes: vec![(0.0, 0.0); widths.len()],
        lines: Vec::new(),
        width: columns.last().map_or(0.0, |(x, width)| x + width),
        height: layers.bottom(),
    };
    for index in &connected {
        let item = layers.items[*index];
        let (x, width) = columns[item.layer];
        layout.boxes[*index] = (x + width / 2.0, item.y);
    }
    layout.lines = chains
        .iter()
        .zip(lines)
        .map(|(chain, line)| points(chain, *line, &layers, &columns, widths))
        .collect();
    layout.put_unconnected(widths, height, &connected);
    layout
}

/// Each line in the direction that it is laid out in: those that would close a cycle
/// the other way round; `None` for those from a box to itself.
fn without_cycles(boxes: usize, lines: &[(usize, usize)]) -> Vec<Option<(usize, usize)>> {
    let mut leaving = vec![Vec::new(); boxes];
    for (index, (from, _)) in lines.iter().enumerate() {
        leaving[*from].push(index);
    }
    let mut directed: Vec<_> = lines
        .iter()
        .map(|(from, to)| (from != to).then_some((*from, *to)))
        .collect();
    // 0: not seen, 1: on the way, 2: done.
    let mut seen = vec![0_u8; boxes];
    for start in 0..boxes {
        let mut way = vec![(start, 0)];
        if seen[start] != 0 {
            continue;
        }
        seen[start] = 1;
        while let Some((at, next)) = way.last_mut() {
            let Some(line) = leaving[*at].get(*next) else {
                seen[*at] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let (from, to) = lines[*line];
            match seen[to] {
                0 => {
                    seen[to] = 1;
                    way.push((to, 0));
                }
                1 if from != to => directed[*line] = Some((to, from)),
                _ => {}
            }
        }
    }
    directed
}

/// The layer of each box: behind everything that leads to it, and as near as possible
/// to what it leads to where nothing leads to it.
fn layers(boxes: usize, directed: &[Option<(usize, usize)>]) -> Vec<usize> {
    let mut leaving = vec![Vec::new(); boxes];
    let mut arriving = vec![0_usize; boxes];
    for (from, to) in directed.iter().flatten() {
        leaving[*from].push(*to);
        arriving[*to] += 1;
    }
    let sources: Vec<usize> = (0..boxes).filter(|each| arriving[*each] == 0).collect();
    let mut layer = vec![0; boxes];
    let mut ready = sources.clone();
    while let Some(at) = ready.pop() {
        for to in &leaving[at] {
            layer[*to] = layer[*to].max(layer[at] + 1);
            arriving[*to] -= 1;
            if arriving[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    for source in sources {
        let nearest = leaving[source].iter().map(|to| layer[*to]).min();
        layer[source] = nearest.map_or(0, |nearest| nearest - 1);
    }
    layer
}

impl Layers {
    fn of(layer_of: &[usize], connected: &BTreeSet<usize>, height: f64) -> Self {
        let count = connected.iter().map(|each| layer_of[*each] + 1).max();
        let mut layers = Self {
            items: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            layers: vec![Vec::new(); count.unwrap_or(0)],
        };
        for (index, layer) in layer_of.iter().enumerate() {
            layers.add_item(*layer, height);
            if connected.contains(&index) {
                layers.layers[*layer].push(index);
            }
        }
        layers
    }

    fn add_item(&mut self, layer: usize, height: f64) -> usize {
        self.items.push(Item {
            layer,
            height,
            y: 0.0,
            order: 0,
        });
        self.left.push(Vec::new());
        self.right.push(Vec::new());
        self.items.len() - 1
    }

    /// The items that each line leads through, from left to right.
    fn connect(&mut self, directed: &[Option<(usize, usize)>]) -> Vec<Vec<usize>> {
        let span = |(from, to): &(usize, usize)| self.items[*to].layer - self.items[*from].layer;
        let bends: usize = directed.iter().flatten().map(|line| span(line) - 1).sum();
        let bent = bends <= MOST_BENDS;
        let lines = directed.iter();
        lines
            .map(|line| match line {
                Some((from, to)) => self.connect_line(*from, *to, bent),
                None => Vec::new(),
            })
            .collect()
    }

    fn connect_line(&mut self, from: usize, to: usize, bent: bool) -> Vec<usize> {
        let mut chain = vec![from];
        let (first, last) = (self.items[from].layer + 1, self.items[to].layer);
        for layer in first..last {
            if bent {
                let bend = self.add_item(layer, LINE_HEIGHT);
                self.layers[layer].push(bend);
                chain.push(bend);
            }
        }
        chain.push(to);
        for pair in chain.windows(2) {
            self.right[pair[0]].push(pair[1]);
            self.left[pair[1]].push(pair[0]);
        }
        chain
    }

    /// Puts each layer in the order of what it is connected to, again and again,
    /// so that lines cross less.
    fn order(&mut self) {
        self.number();
        for sweep in 0..SWEEPS {
            let to_the_right = sweep % 2 == 0;
            for step in 0..self.layers.len() {
                let layer = match to_the_right {
                    true => step,
                    false => self.layers.len() - 1 - step,
                };
                self.order_layer(layer, to_the_right);
            }
        }
    }

    fn order_layer(&mut self, layer: usize, by_left: bool) {
        let neighbours = if by_left { &self.left } else { &self.right };
        let mut keyed: Vec<_> = self.layers[layer]
            .iter()
            .map(|item| {
                let places = neighbours[*item].iter();
                let places = places.map(|other| self.share(*other));
                let own = self.share(*item);
                (mean(places).unwrap_or(own), *item)
            })
            .collect();
        keyed.sort_by(|(left, _), (right, _)| left.total_cmp(right));
        self.layers[layer] = keyed.into_iter().map(|(_, item)| item).collect();
        for (order, item) in self.layers[layer].iter().enumerate() {
            self.items[*item].order = order;
        }
    }

    /// How far down its layer an item is, from 0 to 1.
    fn share(&self, item: usize) -> f64 {
        let Item { layer, order, .. } = self.items[item];
        (order as f64 + 0.5) / self.layers[layer].len().max(1) as f64
    }

    fn number(&mut self) {
        for layer in &self.layers {
            for (order, item) in layer.iter().enumerate() {
                self.items[*item].order = order;
            }
        }
    }

    /// Puts each item as near as possible to the middle of what it is connected to,
    /// with room between it and its neighbours.
    fn place(&mut self) {
        for layer in 0..self.layers.len() {
            self.place_layer(layer, |_, _| 0.0);
        }
        for sweep in 0..SWEEPS {
            let to_the_right = sweep % 2 == 0;
            for step in 0..self.layers.len() {
                let layer = match to_the_right {
                    true => step,
                    false => self.layers.len() - 1 - step,
                };
                self.place_layer(layer, |layers, item| layers.wish(item));
            }
        }
        let tops = self
            .layers
            .iter()
            .flatten()
            .map(|item| self.items[*item].y - self.items[*item].height / 2.0);
        let top = tops.fold(f64::INFINITY, f64::min);
        for item in &mut self.items {
            item.y -= top;
        }
    }

    fn wish(&self, item: usize) -> f64 {
        let others = self.left[item].iter().chain(&self.right[item]);
        mean(others.map(|other| self.items[*other].y)).unwrap_or(self.items[item].y)
    }

    fn place_layer(&mut self, layer: usize, wish: impl Fn(&Self, usize) -> f64) {
        let items = self.layers[layer].clone();
        let wishes: Vec<_> = items.iter().map(|item| wish(self, *item)).collect();
        let heights: Vec<_> = items.iter().map(|item| self.items[*item].height).collect();
        for (item, y) in items.iter().zip(apart(&wishes, &heights)) {
            self.items[*item].y = y;
        }
    }

    fn bottom(&self) -> f64 {
        let bottoms = self
            .layers
            .iter()
            .flatten()
            .map(|item| self.items[*item].y + self.items[*item].height / 2.0);
        bottoms.fold(0.0, f64::max)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

/// The places nearest to the wished ones (by the sum of squares) that keep order and
/// distance: neighbours that come too near move together to the mean of their wishes.
fn apart(wishes: &[f64], heights: &[f64]) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(wishes.len());
    let mut offset = 0.0;
    for (index, height) in heights.iter().enumerate() {
        if index > 0 {
            offset += f64::midpoint(heights[index - 1], *height) + ROW_GAP;
        }
        offsets.push(offset);
    }
    // Sum of wishes and how many share the place.
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for (wish, offset) in wishes.iter().zip(&offsets) {
        groups.push((wish - offset, 1));
        while let [.., (before, before_count), (last, last_count)] = groups[..] {
            if before / before_count as f64 <= last / last_count as f64 {
                break;
            }
            groups.truncate(groups.len() - 2);
            groups.push((before + last, before_count + last_count));
        }
    }
    let places = groups
        .iter()
        .flat_map(|(sum, count)| std::iter::repeat_n(sum / *count as f64, *count));
    places
        .zip(&offsets)
        .map(|(place, offset)| place + offset)
        .collect()
}

/// Where each layer begins, and how wide it is.
fn columns(layers: &Layers, widths: &[f64], connected: &BTreeSet<usize>) -> Vec<(f64, f64)> {
    let mut columns = Vec::new();
    let mut x = 0.0;
    for layer in &layers.layers {
        let boxes = layer.iter().filter(|item| connected.contains(item));
        let width = boxes.map(|item| widths[*item]).fold(0.0, f64::max);
        columns.push((x, width));
        x += width + COLUMN_GAP;
    }
    columns
}

/// From the consumer's box to the provider's, whichever is on the left.
fn points(
    chain: &[usize],
    (from, _): (usize, usize),
    layers: &Layers,
    columns: &[(f64, f64)],
    widths: &[f64],
) -> Vec<Point> {
    let [first, bends @ .., last] = chain else {
        return Vec::new();
    };
    let middle = |item: usize| {
        let (x, width) = columns[layers.items[item].layer];
        (x + width / 2.0, layers.items[item].y)
    };
    let (left, right) = (middle(*first), middle(*last));
    let mut points = vec![(left.0 + widths[*first] / 2.0, left.1)];
    for bend in bends {
        let (x, width) = columns[layers.items[*bend].layer];
        let y = layers.items[*bend].y;
        points.extend([(x, y), (x + width, y)]);
    }
    points.push((right.0 - widths[*last] / 2.0, right.1));
    if from != *first {
        points.reverse();
    }
    points
}

impl Layout {
    /// Rows of boxes below the rest.
    fn put_unconnected(&mut self, widths: &[f64], height: f64, connected: &BTreeSet<usize>) {
        let alone: Vec<usize> = (0..widths.len())
            .filter(|each| !connected.contains(each))
            .collect();
        // About as wide as high.
        let area: f64 = alone
            .iter()
            .map(|each| (widths[*each] + ROW_GAP) * (height + ROW_GAP))
            .sum();
        let row_width = self.width.max(area.sqrt() * 1.5);
        let mut y = match connected.is_empty() {
            true => height / 2.0,
            false => self.height + ROW_GAP * 2.0 + height / 2.0,
        };
        let mut x = 0.0;
        for each in alone {
            if x > 0.0 && x + widths[each] > row_width {
                x = 0.0;
                y += height + ROW_GAP;
            }
            self.boxes[each] = (x + widths[each] / 2.0, y);
            x += widths[each] + ROW_GAP;
            self.width = self.width.max(x - ROW_GAP);
            self.height = self.height.max(y + height / 2.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHT: f64 = 30.0;

    fn laid_out(boxes: usize, lines: &[(usize, usize)]) -> Layout {
        let widths: Vec<_> = (0..boxes)
            .map(|index| 60.0 + (index % 7) as f64 * 10.0)
            .collect();
        let layout = layout(&widths, HEIGHT, lines);
        assert_eq!(layout.boxes.len(), boxes);
        assert_eq!(layout.lines.len(), lines.len());
        for (one, (x, y)) in layout.boxes.iter().enumerate() {
            assert!(x - widths[one] / 2.0 >= -0.01 && x + widths[one] / 2.0 <= layout.width + 0.01);
            assert!(y - HEIGHT / 2.0 >= -0.01 && y + HEIGHT / 2.0 <= layout.height + 0.01);
            for (other, (other_x, other_y)) in layout.boxes.iter().enumerate().skip(one + 1) {
                let apart_x = (x - other_x).abs() >= (widths[one] + widths[other]) / 2.0;
                let apart_y = (y - other_y).abs() >= HEIGHT;
                assert!(apart_x || apart_y, "{one} and {other} overlap");
            }
        }
        layout
    }

    /// Always the same numbers that look random.
    fn numbers() -> impl FnMut(usize) -> usize {
        let mut state = 7_u64;
        move |below| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % below
        }
    }

    #[test]
    fn lines_lead_to_the_right_where_there_is_no_cycle() {
        let lines = [(0, 1), (1, 2), (0, 2), (3, 2), (4, 1)];
        let layout = laid_out(6, &lines);
        for ((from, to), points) in lines.iter().zip(&layout.lines) {
            assert!(layout.boxes[*from].0 < layout.boxes[*to].0);
            let mut pairs = points.windows(2);
            assert!(pairs.all(|pair| pair[0].0 <= pair[1].0), "{points:?}");
        }
        // The long line goes around the box that it passes.
        let (_, middle) = layout.boxes[1];
        assert!(
            layout.lines[2]
                .iter()
                .any(|(_, y)| (y - middle).abs() > HEIGHT / 2.0)
        );
    }

    #[test]
    fn cycles_and_lines_to_oneself_are_laid_out_as_well() {
        let layout = laid_out(4, &[(0, 1), (1, 2), (2, 0), (3, 3), (1, 1)]);
        assert!(layout.lines[3].is_empty() && layout.lines[4].is_empty());
        let back = &layout.lines[2];
        assert!(
            back[0].0 > back[back.len() - 1].0,
            "it leads back: {back:?}"
        );
    }

    #[test]
    fn any_graph_is_laid_out_without_overlaps() {
        laid_out(0, &[]);
        laid_out(30, &[]);
        let mut number = numbers();
        for boxes in [2, 5, 40, 200] {
            let lines: Vec<_> = (0..boxes * 2)
                .map(|_| (number(boxes), number(boxes)))
                .collect();
            assert_eq!(laid_out(boxes, &lines), laid_out(boxes, &lines));
        }
        let chain: Vec<_> = (1..3000).map(|each| (each - 1, each)).collect();
        let widths = vec![50.0; 3000];
        let far = layout(&widths, HEIGHT, &chain);
        assert!(far.boxes.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn items_move_together_where_they_would_come_too_near() {
        let step = 10.0 + ROW_GAP;
        for (wishes, expected) in [
            (vec![0.0, 100.0], vec![0.0, 100.0]),
            (vec![0.0, 0.0], vec![-step / 2.0, step / 2.0]),
            (vec![0.0, 0.0, 0.0], vec![-step, 0.0, step]),
            (vec![50.0, 0.0], vec![25.0 - step / 2.0, 25.0 + step / 2.0]),
        ] {
            let heights = vec![10.0; wishes.len()];
            assert_eq!(apart(&wishes, &heights), expected, "{wishes:?}");
        }
    }
}

//! The display's thread: takes events from the engine and draws them; whatever becomes of it, the run goes on.

use std::fs::File;
use std::io::Write;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use formwork_engine::TimedEvent;
use tokio::sync::{mpsc, oneshot};

use crate::canvas::Canvas;
use crate::terminal;
use formwork_report::board::Board;
use formwork_report::log::{Console, Detail, Log};
use formwork_report::ndjson;
use formwork_report::style::Paint;

/// How often a drawing is renewed while nothing happens.
const TICK: Duration = Duration::from_millis(100);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Drawn in a terminal.
    Drawn,
    /// One line a fact.
    Lines,
    /// Not at all.
    Nothing,
}

/// A display that runs.
#[derive(Debug)]
pub struct Display {
    control: mpsc::UnboundedSender<Control>,
    thread: JoinHandle<()>,
}

enum Control {
    /// The run has this header from now on.
    Name(String, Console),
    /// Everything told so far is to be shown, and the drawing taken away.
    Hush(oneshot::Sender<()>),
    /// This goes to the file of events, and the drawing stays as it is.
    End(Option<String>),
}

impl Display {
    /// Starts showing what comes from `events`.
    pub fn start(
        events: mpsc::UnboundedReceiver<TimedEvent>,
        progress: Progress,
        detail: Detail,
        paint: Paint,
        file: Option<File>,
    ) -> Self {
        let (control, commands) = mpsc::unbounded_channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build();
            // Without a runtime there is no display, and the run goes on.
            if let Ok(runtime) = runtime {
                runtime.block_on(Screen::new(progress, detail, paint, file).run(events, commands));
            }
        });
        Self { control, thread }
    }

    /// Says what the run is about.
    pub fn name(&self, header: String, console: Console) {
        let _ = self.control.send(Control::Name(header, console));
    }

    /// Shows everything told so far and takes the drawing away, so that something can be printed.
    pub async fn hush(&self) {
        let (done, hushed) = oneshot::channel();
        if self.control.send(Control::Hush(done)).is_ok() {
            let _ = hushed.await;
        }
    }

    /// Shows everything told so far, leaves the drawing where it is and ends. `last` goes to the file of events.
    pub fn end(self, last: Option<String>) {
        let _ = self.control.send(Control::End(last));
        let _ = self.thread.join();
    }
}

/// What the thread holds.
struct Screen {
    detail: Detail,
    board: Option<(Board, Canvas)>,
    log: Option<Log>,
    paint: Paint,
    file: Option<File>,
    started: Instant,
    /// When the run began: planning and the user's answer do not count.
    base: Duration,
    /// Whether the next event is the first since something was printed.
    begins: bool,
    /// Whether something is to be drawn.
    awake: bool,
}

impl Screen {
    fn new(progress: Progress, detail: Detail, paint: Paint, file: Option<File>) -> Self {
        let mut screen = Self {
            detail,
            board: None,
            log: None,
            paint,
            file,
            started: Instant::now(),
            base: Duration::ZERO,
            begins: false,
            awake: false,
        };
        match progress {
            Progress::Drawn => {
                screen.board = Some((Board::new(String::new(), paint), Canvas::new()))
            }
            Progress::Lines => screen.log = Some(Log::new(paint, Console::None, detail)),
            Progress::Nothing => {}
        }
        screen.write(&ndjson::head());
        screen
    }

    async fn run(
        mut self,
        mut events: mpsc::UnboundedReceiver<TimedEvent>,
        mut commands: mpsc::UnboundedReceiver<Control>,
    ) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Control::Name(header, console)) => self.name(header, console),
                    Some(Control::Hush(done)) => {
                        self.drain(&mut events);
                        self.sleep();
                        let _ = done.send(());
                    }
                    Some(Control::End(last)) => {
                        self.drain(&mut events);
                        return self.end(last);
                    }
                    None => return self.end(None),
                },
                Some(event) = events.recv() => self.take(&event),
                _ = tick.tick() => self.tick(),
            }
        }
    }

    fn name(&mut self, header: String, console: Console) {
        if let Some((board, _)) = &mut self.board {
            *board = Board::new(header, self.paint);
        } else if self.log.is_some() {
            self.log = Some(Log::new(self.paint, console, self.detail));
        }
    }

    fn drain(&mut self, events: &mut mpsc::UnboundedReceiver<TimedEvent>) {
        while let Ok(event) = events.try_recv() {
            self.take(&event);
        }
    }

    fn take(&mut self, stamped: &TimedEvent) {
        self.write(&ndjson::event(stamped));
        if std::mem::take(&mut self.begins) {
            self.base = stamped.at;
        }
        let shifted = TimedEvent {
            at: stamped.at.saturating_sub(self.base),
            event: stamped.event.clone(),
        };
        if let Some((board, _)) = &mut self.board {
            board.take(&shifted);
            self.awake = true;
        }
        if let Some(line) = self.log.as_mut().and_then(|log| log.line(&shifted)) {
            terminal::say(&line);
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.base)
    }

    fn tick(&mut self) {
        let now = self.now();
        if let Some(line) = self.log.as_mut().and_then(|log| log.heartbeat(now)) {
            terminal::say(&line);
        }
        self.draw();
    }

    fn draw(&mut self) {
        let now = self.now();
        if let Some((board, canvas)) = self.board.as_mut().filter(|_| self.awake) {
            let rows = board.rows(now, canvas.window());
            canvas.draw(&rows);
        }
    }

    fn sleep(&mut self) {
        self.awake = false;
        self.begins = true;
        if let Some((_, canvas)) = &mut self.board {
            canvas.clear();
        }
    }

    fn end(mut self, last: Option<String>) {
        if let Some(last) = last {
            self.write(&last);
        }
        self.draw();
        if let Some((_, canvas)) = self.board {
            canvas.leave();
        }
    }

    /// Writes a line to the file of events. A file that can no longer be written is given up, once and aloud.
    fn write(&mut self, line: &str) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(line.as_bytes()) {
            self.file = None;
            terminal::say(&format!(
                "! the file of events can no longer be written: {error}\n"
            ));
        }
    }
}
